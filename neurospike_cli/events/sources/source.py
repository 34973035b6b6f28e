"""What a source of recordings is, and what is done to each recording on the way to spikes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, Strict

from neurospike_cli.events.augmentations.augmentation import Augmentation
from neurospike_cli.events.encoders.binary import Binary
from neurospike_cli.events.encoders.encoder import Encoder
from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.split import SplitName
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import Component, OneOf
from neurospike_cli.units import Milliseconds


class Source(Component):
    """Recordings with labels, numbered from 0 in a fixed order."""

    discriminator: ClassVar[str] = "source"

    duration: Milliseconds = Field(default=100.0, gt=0.0, le=1e6)
    """Length of every sample; events at or after it are counted as dropped, in ms."""
    filters: Annotated[tuple[Annotated[Filter, OneOf()], ...], Strict(False)] = ()
    """What takes events out before encoding, in order."""
    augmentations: Annotated[tuple[Annotated[Augmentation, OneOf()], ...], Strict(False)] = ()
    """What changes training recordings at random in each epoch, in order."""
    encoder: Annotated[Encoder, OneOf()] = Binary()
    """How events become spikes."""

    @property
    @abstractmethod
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the sensor, in px."""

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
    def read(self, index: int, seed: int) -> EventStream:
        """Return one recording as it is, before any filter."""

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
        if self.encoder.dt > self.duration:
            message = f"must not exceed the duration of {self.duration:g} ms"
            return [("encoder.dt", f"{message}; got {self.encoder.dt:g} ms")]
        return []

    def apply_filters(self, stream: EventStream) -> EventStream:
        """Return a recording after all filters."""
        for step in self.filters:
            stream = step.apply(stream)
        return stream
