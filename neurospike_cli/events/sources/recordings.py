"""Recordings from files of any format, whose classes folders, file names or a table tell.

A sample is a window of `duration` ms; the first begins with the first event of its file, and times
count from there. With `windows` above 1, or ``all``, a long recording becomes several samples, as
many as there are whole windows in it, and one at least. With `events_per_window` windows are of as
many events; those later than `duration` after the first one are then dropped.

All windows of a recording are in the same split, so that none is learned from that a test has seen
the rest of; `split_by: time` gives that up where there are too few recordings.

| what finds no place | counted as |
|---|---|
| events after the last window that is used | ``after_windows`` |
| events outside of the sensor, out of order, cut off | as the formats do |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.layouts.recording_folder import (
    RecordingFolder,
    class_folders,
    labelled_files,
    named_files,
)
from neurospike_cli.events.sources._file_source import FileSource
from neurospike_cli.events.split import SplitName, stratified
from neurospike_cli.events.stream import EventStream
from neurospike_cli.events.windows import Partition, Windows
from neurospike_cli.rng import Purpose, stream


class Recordings(FileSource):
    """Event files of any format that is known by its content."""

    source: Literal["recordings"] = "recordings"
    class_of: Literal["folder", "file"] = "folder"
    """What a recording's class is called by: the folder below `root` that it is in, or the file's
    own name without its ending; folder or file."""
    labels_file: str | None = None
    """A CSV with the columns `file` and `class` instead of these, as a path from `root`."""
    samples_per_class: int | None = Field(default=None, ge=1)
    """How many recordings of each class are used at most, in the order of their paths."""
    split_by: Literal["recording", "time"] = "recording"
    """What is divided: recordings, or each one's time, which tells nothing of new recordings."""

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
        whole = self._open(self._folder.files[owner])
        window = self._windows.cut(whole, whole.events["t"] - whole.events["t"][0], index)
        return replace(window, label=self._folder.labels[owner])

    def _by_recording(self, seed: int) -> Partition:
        labels = np.array(self._folder.labels, dtype=np.int64)
        rng = stream(seed, Purpose.SPLIT)
        return self._windows.of(stratified(labels, self.split, rng, self.class_names()))

    def _by_time(self, seed: int) -> Partition:
        return self._windows.by_time(self.split, lambda owner: str(self._folder.files[owner]))

    @property
    def _paths(self) -> Sequence[Path]:
        return self._folder.files

    @cached_property
    def _folder(self) -> RecordingFolder:
        root = Path(self.root)
        if self.labels_file is not None:
            return labelled_files(root, root / self.labels_file, self.samples_per_class)
        layout = {"folder": class_folders, "file": named_files}[self.class_of]
        return layout(root, self.samples_per_class)

    @cached_property
    def _windows(self) -> Windows:
        """The windows of all recordings."""
        files, events = self._folder.files, self.events_per_window
        if self.windows == 1:  # which needs no look into the files
            return Windows((1,) * len(files), self.duration, events)
        return Windows.fitting(map(self._extent_of, files), self.windows, self.duration, events)
