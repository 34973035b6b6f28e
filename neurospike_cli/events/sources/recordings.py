"""Recordings from files of any format, in a folder per class or named by a table of labels.

A sample is a window of `duration` ms; the first begins with the first event of its file, and times
count from there. With `windows` above 1, or ``all``, a long recording becomes several samples, as
many as there are whole windows in it, and one at least. All windows of a recording are in the same
split, so that none is learned from that a test has seen the rest of; `split_by: time` gives that up
where there are too few recordings.

| what finds no place | counted as |
|---|---|
| events after the last window that is used | ``after_windows`` |
| events outside of the sensor, out of order, cut off | as the formats do |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.errors import DataError
from neurospike_cli.events.recognition import open_recording, recognise
from neurospike_cli.events.recording_folder import (
    RecordingFolder,
    class_folders,
    labelled_files,
)
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.split import SplitName, stratified
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream
from neurospike_cli.events.windows import Partition, Windows, window_counts
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.units import Milliseconds

#: Bytes of a file that an event takes at least, but for vectors of EVT3.
_LEAST_BYTES = 2
_AT_A_TIME = 2**20


class Recordings(DividedSource, EventSource):
    """Event files of any format that is known by its content."""

    source: Literal["recordings"] = "recordings"
    root: str = Field(min_length=1)
    """The folder that holds a folder of recordings for each class."""
    labels_file: str | None = None
    """A CSV with the columns `file` and `class` instead of the folders, as a path from `root`."""
    sensor: Sensor | None = None
    """The sensor's size; without it, what the first recording tells."""
    duration: Milliseconds = Field(default=100.0, gt=0.0, le=1e6)
    """Length of a window, in ms."""
    windows: Annotated[int, Field(ge=1)] | Literal["all"] = 1
    """How many windows of each recording are used at most, in order of time."""
    samples_per_class: int | None = Field(default=None, ge=1)
    """How many recordings of each class are used at most, in the order of their paths."""
    split_by: Literal["recording", "time"] = "recording"
    """What is divided: recordings, or each one's time, which tells nothing of new recordings."""
    outside: Literal["error", "drop"] = "error"
    """What is done with events outside of the sensor."""
    unordered: Literal["error", "sort", "drop"] = "error"
    """What is done with events that are earlier than one before."""
    recover: bool = False
    """Whether a file that is cut off is read up to there."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the sensor in px, as given or as the first recording tells."""
        return self._size

    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes in alphabetical order."""
        return self._folder.classes

    def labels(self) -> NDArray[np.int64]:
        """Return the class of every window; with several, the files' times are read."""
        return np.array(self._folder.labels, dtype=np.int64)[self._windows.owners]

    def partition(self, seed: int) -> Mapping[SplitName, NDArray[np.int64]]:
        """Return the windows of each split."""
        return {"recording": self._by_recording, "time": self._by_time}[self.split_by](seed)

    def read(self, index: int, seed: int) -> EventStream:
        """Return one window; nothing about it is random."""
        owner, _ = self._windows.place(index)
        whole, times = self._read(self._folder.files[owner])
        window = self._windows.cut(whole, times, index)
        return replace(window, label=self._folder.labels[owner])

    def reading_bytes(self) -> int:
        """Return what the largest recording takes at most, while it is joined and cut."""
        largest = max(path.stat().st_size for path in self._folder.files)
        return 3 * EVENT_DTYPE.itemsize * largest // _LEAST_BYTES

    def forget(self) -> None:
        """Let go of the recording that was read last."""
        _whole.cache_clear()

    def _by_recording(self, seed: int) -> Partition:
        labels = np.array(self._folder.labels, dtype=np.int64)
        rng = stream(seed, Purpose.SPLIT)
        return self._windows.of(stratified(labels, self.split, rng, self.class_names()))

    def _by_time(self, seed: int) -> Partition:
        return self._windows.by_time(self.split, lambda owner: str(self._folder.files[owner]))

    def _read(self, path: Path) -> tuple[EventStream, NDArray[np.int64]]:
        width, height = self.sensor_size
        sensor = Sensor(width=width, height=height)
        return _whole(path, sensor, self.outside, self.unordered, self.recover)

    @cached_property
    def _size(self) -> tuple[int, int]:
        if self.sensor is not None:
            return self.sensor.width, self.sensor.height
        first = self._folder.files[0]
        size = recognise(first, recover=self.recover).told_size(first)
        if size is None:
            raise DataError(
                "does not tell the size of its sensor",
                where=str(first),
                hint="give `data.sensor`, e.g. {width: 346, height: 260}",
            )
        return size

    @cached_property
    def _folder(self) -> RecordingFolder:
        root = Path(self.root)
        if self.labels_file is None:
            return class_folders(root, self.samples_per_class)
        return labelled_files(root, root / self.labels_file, self.samples_per_class)

    @cached_property
    def _windows(self) -> Windows:
        """The windows of all recordings."""
        if self.windows == 1:
            return Windows((1,) * len(self._folder.files), self.duration)
        lengths = map(self._time_of, self._folder.files)
        return Windows(window_counts(lengths, self.windows, self.duration), self.duration)

    def _time_of(self, path: Path) -> int:
        """Return how long a recording is in µs, with flat memory."""
        width, height = self.sensor_size
        policies = {"outside": self.outside, "unordered": self.unordered, "recover": self.recover}
        format_ = recognise(path, sensor=Sensor(width=width, height=height), **policies)
        ends = [(int(c["t"][0]), int(c["t"][-1])) for c in format_.chunks(path, _AT_A_TIME)]
        return ends[-1][1] - ends[0][0] if ends else 0


@lru_cache(maxsize=1)  # windows of one recording are read one after the other
def _whole(
    path: Path, sensor: Sensor, outside: str, unordered: str, recover: bool
) -> tuple[EventStream, NDArray[np.int64]]:
    """Return a recording, and its times from its first event on."""
    whole = open_recording(
        path, sensor=sensor, outside=outside, unordered=unordered, recover=recover
    )
    return whole, whole.events["t"] - whole.events["t"][0]
