"""What a source of recordings is: numbered recordings with labels, divided into splits."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.encoders.encoder import Encoder
from neurospike_cli.events.signals.signal import Signal
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.events.split import SplitName
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import Component
from neurospike_cli.units import Milliseconds


class Source(Component):
    """Recordings with labels, numbered from 0 in a fixed order."""

    discriminator: ClassVar[str] = "source"
    #: Keys below `data` that say where samples wait for their turn.
    holding_keys: ClassVar[tuple[str, ...]] = ()

    duration: Milliseconds = Field(default=100.0, gt=0.0, le=1e6)
    """Length of every sample; events at or after it are counted as dropped, in ms."""
    if TYPE_CHECKING:
        # A field of each kind of source, with the encoders that fit it. Were it one here, it would
        # move among the keys, and with it the hash of every config.
        @property
        def encoder(self) -> Encoder:
            """How a recording becomes spikes."""

    @property
    @abstractmethod
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the sensor, in px."""

    @property
    def input_size(self) -> tuple[int, int]:
        """Width and height of what the encoder is given, in px."""
        return self.sensor_size

    @abstractmethod
    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes in the order of their labels."""

    @abstractmethod
    def labels(self) -> NDArray[np.int64]:
        """Return the class of every recording, (recording,), without reading any events."""

    @abstractmethod
    def partition(self, seed: int) -> Mapping[SplitName, NDArray[np.int64]]:
        """Return the recordings of each split, ascending, a pure function of data and seed."""

    @abstractmethod
    def load(self, recordings: NDArray[np.int64], seed: int, *, is_drawn: bool) -> SpikeDataset:
        """Return some recordings as samples.

        Args:
            recordings: their numbers, ascending.
            seed: the experiment's.
            is_drawn: whether `drawn` will be asked of them, as in training.

        Raises:
            DataError: a recording is missing or corrupt.
        """

    @abstractmethod
    def read(self, index: int, seed: int) -> EventStream:
        """Return one recording as it is, before any filter.

        Raises:
            DataError: it is missing or corrupt.
            UsageError: recordings of this source are no events.
        """

    def signal(self, index: int) -> Signal | None:
        """Return what a recording was measured from, None where that is no sampled signal."""
        return None

    def reading_bytes(self) -> int:
        """Return what reading keeps in memory at most, until `forget` is called."""
        return 0

    def forget(self) -> None:
        """Let go of what reading keeps in memory; called when a split has been read."""
        return

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key below `data`, message).

        Reads no data.
        """
        problems = self.encoder.checks(self.duration)
        return [(f"encoder.{key}", message) for key, message in problems]
