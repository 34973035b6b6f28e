"""What training and evaluation see of one split: spikes of the samples that they ask for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.spike_train import SpikeTrain


@dataclass(frozen=True, eq=False)
class SpikeDataset(ABC):
    """The samples of one split.

    Attributes:
        labels: class of each sample, (sample,).
        recordings: number of each sample's recording in the source, ascending, (sample,).
        class_names: names of all classes of the source.
        sha256: hex digest of the data, as read, and labels, in order; independent of filters and
            encoder.
        dropped: how many that were read did not become spikes of their own, by reason.
        counted: what these are.
    """

    counted: ClassVar[str] = "events"

    labels: NDArray[np.int64]
    recordings: NDArray[np.int64]
    class_names: tuple[str, ...]
    sha256: str
    dropped: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.labels)

    @abstractmethod
    def select(self, samples: NDArray[np.int64]) -> SpikeTrain:
        """Return some samples, in the given order: the same spikes for a sample every time.

        Args:
            samples: their indices, (sample,).
        """

    @abstractmethod
    def drawn(self, samples: NDArray[np.int64], epoch: int) -> SpikeTrain:
        """Return some samples as training sees them in an epoch, in the given order.

        What is random about them is a pure function of the seed, the epoch and the recording, so
        that a batch is made when it is its turn; `dropped` counts what found no place.

        Args:
            samples: their indices, (sample,).
            epoch: epochs of all phases that went before.
        """

    @property
    def extent(self) -> tuple[float, int, int, bool]:
        """What all samples share, as of a `SpikeTrain`: dt, steps, channels, whether counted."""
        return self.select(np.empty(0, np.int64)).extent

    @property
    def entry_bytes(self) -> int:
        """What an entry of a sample takes in memory."""
        return self.select(np.empty(0, np.int64)).entry_bytes

    @property
    @abstractmethod
    def entries_per_sample(self) -> float:
        """Mean number of stored entries of a sample, as `SpikeTrain.nnz` counts them."""

    @property
    @abstractmethod
    def sample_bytes(self) -> float:
        """What one sample takes in memory between its turns."""

    @property
    @abstractmethod
    def drawing_bytes(self) -> float:
        """What one sample takes beside that where `drawn` is asked for it."""

    @abstractmethod
    def making_bytes(self, samples: int) -> float:
        """Return what a batch of `samples` takes beside its spikes while these are made."""

    def pictures(self, samples: NDArray[np.int64]) -> NDArray[np.uint8] | None:
        """Return some samples as a person sees them, (sample, row, column); None if they move."""
        return None
