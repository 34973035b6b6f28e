"""What every contestant trains on: the same sizes, spikes and labels."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Mean firing rate that every contestant's layers are brought to before the clock starts.
TARGET_RATE = 20.0
TAU_M, DT = 20.0, 1.0


@dataclass(frozen=True)
class Workload:
    """One training step: forward, backward, Adam.

    Attributes:
        sizes: input channels, neurons of each hidden layer, classes.
        density: share of the (sample, step, channel) grid with an input spike.
        target: how many times faster than the fastest peer we want to be.
        steps, batch: extent of a batch.
    """

    sizes: tuple[int, ...]
    density: float
    target: float
    steps: int = 100
    batch: int = 64

    @property
    def labels(self) -> NDArray[np.int64]:
        """Class of each sample, (batch,)."""
        return np.arange(self.batch) % self.sizes[-1]

    def spikes(self) -> NDArray[np.bool_]:
        """Return the input, (sample, step, channel); each class has a band of busier channels."""
        rng = np.random.default_rng(2024)
        channels = np.arange(self.sizes[0])
        band = channels * self.sizes[-1] // self.sizes[0] == self.labels[:, None]
        rates = np.where(band, 4.0, 1.0)
        rates *= self.density / rates.mean()
        draws = rng.random((self.batch, self.steps, self.sizes[0]), dtype=np.float32)
        return draws < rates[:, None, :]


WORKLOADS: Mapping[str, Workload] = {
    "128-256-128-10": Workload((128, 256, 128, 10), density=0.05, target=4.0),
    "2312-200-10": Workload((2312, 200, 10), density=0.008, target=6.0),
}


class Contestant(ABC):
    """A library with a network of the workload's sizes, ready to train.

    Args:
        workload: the sizes and the batch.
    """

    #: What is measured, for the table.
    label: str

    @abstractmethod
    def __init__(self, workload: Workload) -> None: ...

    @abstractmethod
    def step(self) -> float:
        """Train on the batch once and return its loss."""

    @abstractmethod
    def firing_rates(self) -> list[float]:
        """Return the mean firing rate of each layer on the batch, in Hz."""
