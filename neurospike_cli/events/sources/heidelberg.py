"""The Heidelberg digits (Cramer et al. 2022): spoken digits as spikes of 700 units of a cochlea.

The file is ``shd_train.h5`` or ``ssc_train.h5``, or another of the same layout, which
`formats/_spike_file.py` describes. A spike becomes an ON event of a sensor that is a row of units.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._spike_file import SpikeLabels, read_labels, read_spikes
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream, sorted_by_time
from neurospike_cli.units import Milliseconds

#: What a byte of a compressed file takes in memory at most: a spike is 6 bytes before compression.
_UNPACKED = 16


class Heidelberg(DividedSource, EventSource):
    """Spikes of many recordings in one HDF5 file."""

    source: Literal["heidelberg"] = "heidelberg"
    root: str = Field(min_length=1)
    """The file, e.g. ``shd_train.h5``."""
    units: int = Field(default=700, ge=1, le=65_536)
    """How many units there are; the file's are 0 to one less."""
    samples_per_class: int | None = Field(default=None, ge=1)
    """How many recordings of each class are used at most, in the order of the file."""
    duration: Milliseconds = Field(default=1000.0, gt=0.0, le=1e6)
    """Length of every sample; spikes at or after it are counted as dropped, in ms."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """A row of all units."""
        return self.units, 1

    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes, or their numbers where the file has no names."""
        count = int(self._stored.labels.max()) + 1
        names = self._stored.names
        return names if len(names) >= count else tuple(map(str, range(count)))

    def labels(self) -> NDArray[np.int64]:
        """Return the class of every recording that is used, (recording,)."""
        return self._stored.labels[self._used]

    def read(self, index: int, seed: int) -> EventStream:
        """Return one recording; nothing about it is random."""
        spikes, number = read_spikes(Path(self.root)), int(self._used[index])
        chosen = slice(*spikes.offsets[number : number + 2].tolist())
        units, where = spikes.units[chosen], f"{self.root} recording {number}"
        if len(units) and not 0 <= units.min() <= units.max() < self.units:
            raise DataError(
                f"units are {units.min()} to {units.max()}; must be 0 to {self.units - 1}",
                where=where,
                hint="set `data.units` to the number of units",
            )
        events = np.zeros(len(units), EVENT_DTYPE)
        events["t"], events["x"], events["p"] = spikes.times[chosen], units, 1
        label = int(self._stored.labels[number])
        return EventStream(self.units, 1, sorted_by_time(events), label, where)

    def reading_bytes(self) -> int:
        """Return what all spikes of the file take, while they are joined."""
        return _UNPACKED * Path(self.root).stat().st_size

    def forget(self) -> None:
        """Let go of the file's spikes."""
        read_spikes.cache_clear()

    @cached_property
    def _stored(self) -> SpikeLabels:
        return read_labels(Path(self.root))

    @cached_property
    def _used(self) -> NDArray[np.int64]:
        """The number in the file of every recording that is used, ascending."""
        labels = self._stored.labels
        members = (np.flatnonzero(labels == label) for label in np.unique(labels))
        return np.sort(np.concatenate([found[: self.samples_per_class] for found in members]))
