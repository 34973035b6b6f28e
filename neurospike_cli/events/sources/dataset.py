"""A data set that `neurospike generate` wrote.

Its recordings keep their numbers and their split, so that training on it gives the same numbers as
training on the source that it was made from. Each split's file is hashed when the first of its
recordings is read; recordings are read one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.split import SPLITS, SplitName
from neurospike_cli.events.stored.dataset_reader import (
    StoredDataset,
    StoredSplit,
    open_dataset,
    open_split,
)
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream


class Dataset(EventSource):
    """The recordings and the split of a data set folder."""

    source: Literal["dataset"] = "dataset"
    root: str = Field(min_length=1)
    """The folder that holds `manifest.json`."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the sensor in px, from the manifest."""
        sensor = self._stored.manifest.sensor
        return sensor.width, sensor.height

    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes, from the manifest."""
        return self._stored.manifest.classes

    def labels(self) -> NDArray[np.int64]:
        """Return the class of every recording, (recording,), from `labels.csv`."""
        return self._stored.labels

    def partition(self, seed: int) -> Mapping[SplitName, NDArray[np.int64]]:
        """Return the stored split, whatever the seed."""
        return self._stored.partition

    def read(self, index: int, seed: int) -> EventStream:
        """Return one recording; nothing about it is random."""
        split = SPLITS[self._stored.split_of[index]]
        return _split(self._stored, split).read(index)

    def reading_bytes(self) -> int:
        """Return what the largest recording takes: its columns and its events."""
        sizes = [
            np.diff(open_split(self._stored, split, verified=False).offsets).max(initial=0)
            for split, recordings in self._stored.partition.items()
            if len(recordings)
        ]
        return 2 * EVENT_DTYPE.itemsize * int(max(sizes, default=0))

    @cached_property
    def _stored(self) -> StoredDataset:
        return open_dataset(Path(self.root))


@lru_cache(maxsize=len(SPLITS))
def _split(stored: StoredDataset, split: SplitName) -> StoredSplit:
    return open_split(stored, split)
