"""Sampled signals of several channels (EMG, ECG, IMU, features of sound), measured as events.

A signal is a stretch of one class: a file in a folder of its class, the rows of one class that
follow each other in a file with a column of classes, or a case of a ``.ts`` file. It is measured as
a whole, and cut into windows of `duration` ms, as many as there are whole ones in it, and one at
least. What is divided between training, validation and test:

| `split_by` | tells how well a network does on |
|---|---|
| file | other files, as a rule other people or days; every window of a file is in one split |
| signal | other signals of the same files; every window of a signal is in one split |
| time | later windows of the very signals that it has learned from |

What a measurement learns, it learns from the windows of the training split.

| what finds no place | counted as |
|---|---|
| rows with a missing value, with `missing: drop` | ``rows_with_missing_values`` |
| events after the last window that is used | ``after_windows`` |
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.errors import DataError
from neurospike_cli.events.class_name import ClassName
from neurospike_cli.events.layouts.signal_folder import Piece, SignalPaths, pieces_of, signal_paths
from neurospike_cli.events.measurements._statistics import ChannelStatistics, statistics_of
from neurospike_cli.events.measurements.level_crossing import LevelCrossing
from neurospike_cli.events.measurements.measurement import Measurement
from neurospike_cli.events.signal_files import open_signals
from neurospike_cli.events.signals.signal import Signal, SignalFile
from neurospike_cli.events.signals.signal_format import SignalReading
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.split import SPLITS, SplitName, split_sizes, stratified
from neurospike_cli.events.stream import EventStream
from neurospike_cli.events.windows import Partition, Windows
from neurospike_cli.registry import OneOf
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.units import Milliseconds

#: Files are let go of, to be read again, once they take more than this: parsing text is slow, and
#: data sets may be larger than memory.
HELD_BYTES = 2**28
#: Arrays as large as a signal's values that measuring it takes at a time.
_WORKING = 12


class Signals(SignalReading, DividedSource, EventSource):
    """Signal files of any format that is known by its content."""

    source: Literal["signals"] = "signals"
    root: str = Field(min_length=1)
    """A file that tells classes, a folder of such files, or a folder with one for each class."""
    labels_file: str | None = None
    """A CSV with the columns `file` and `class` instead of the folders, as a path from `root`."""
    classes: dict[str, ClassName] | None = Field(default=None, min_length=1)
    """What files call the classes that are used, and the name of each; without it, all classes."""
    measurement: Annotated[Measurement, OneOf()] = LevelCrossing()
    """How signals become events."""
    duration: Milliseconds = Field(default=100.0, gt=0.0, le=1e6)
    """Length of a window, in ms."""
    windows: Annotated[int, Field(ge=1)] | Literal["all"] = 1
    """How many windows of each signal are used at most, in order of time."""
    samples_per_class: int | None = Field(default=None, ge=1)
    """How many signals of each class are used at most, in the order of their files."""
    split_by: Literal["file", "signal", "time"] = "file"
    """What is divided: files, signals, or each one's time, which tells nothing of new signals."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of what the measurement makes of the channels, in px."""
        return self.measurement.size(len(self._file(0).channels))

    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes, in the order of `classes` or alphabetical."""
        names = sorted({piece.label for piece in self._pieces})
        return tuple(names if self.classes is None else dict.fromkeys(self.classes.values()))

    def labels(self) -> NDArray[np.int64]:
        """Return the class of every window; the files are read for it."""
        return self._labels[self._windows.owners]

    def partition(self, seed: int) -> Mapping[SplitName, NDArray[np.int64]]:
        """Return the windows of each split."""
        divide = {"file": self._by_file, "signal": self._by_signal, "time": self._by_time}
        return divide[self.split_by](seed)

    def read(self, index: int, seed: int) -> EventStream:
        """Return one window; what is random about its events is a function of its signal."""
        owner, _ = self._windows.place(index)
        whole = self._measured(owner, seed)
        return self._windows.cut(whole, whole.events["t"], index)

    def signal(self, index: int) -> Signal:
        """Return the rows of one window; its times begin with the window."""
        owner, number = self._windows.place(index)
        start = number * self._windows.length
        return self._whole(owner).part(start, start + self._windows.length)

    def reading_bytes(self) -> int:
        """Return what files take that are held at a time, and measuring the largest signal."""
        sizes, largest = [], 0
        for file in map(self._file, range(len(self._paths.files))):
            sizes.append(file.nbytes)
            largest = max(largest, *(signal.values.nbytes for signal in file.signals))
        return min(sum(sizes), HELD_BYTES + max(sizes)) + _WORKING * largest

    def forget(self) -> None:
        """Let go of all files, and of the signal that was measured last."""
        self._files.clear()
        self._last.clear()

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key below `data`, message)."""
        found = self.measurement.checks()
        return super().checks() + [(f"measurement.{key}", message) for key, message in found]

    def _by_file(self, seed: int) -> Partition:
        """Divide files: of each class, where a file has one, else all of them together."""
        files = np.array([piece.file for piece in self._pieces])
        present = np.unique(files)
        classes = [np.unique(self._labels[files == file]) for file in present]
        rng = stream(seed, Purpose.SPLIT)
        if all(len(found) == 1 for found in classes):
            only = np.concatenate(classes)
            parts = stratified(only, self.split, rng, self.class_names())
        else:
            parts = self._mixed(len(present), rng)
            self._check_training(np.isin(files, present[parts["train"]]))
        return self._windows.of(
            {name: np.flatnonzero(np.isin(files, present[parts[name]])) for name in SPLITS}
        )

    def _mixed(self, files: int, rng: np.random.Generator) -> Partition:
        """Divide files that have several classes each."""
        if files < self.split.least_samples:
            raise DataError(
                f"has {files} files; the split needs {self.split.least_samples}, one for each part",
                where=self.root,
                hint="set `data.split_by` to signal, which divides what is in a file",
            )
        ends = np.cumsum(split_sizes(files, self.split))[:-1]
        return dict(zip(SPLITS, np.split(rng.permutation(files), ends), strict=True))

    def _check_training(self, is_training: NDArray[np.bool_]) -> None:
        known = set(self._labels[is_training].tolist())
        absent = [name for i, name in enumerate(self.class_names()) if i not in known]
        if absent:
            raise DataError(
                f"no training file has signals of class `{absent[0]}`",
                where=self.root,
                hint="add files, choose another seed, or set `data.split_by` to signal",
            )

    def _by_signal(self, seed: int) -> Partition:
        rng = stream(seed, Purpose.SPLIT)
        return self._windows.of(stratified(self._labels, self.split, rng, self.class_names()))

    def _by_time(self, seed: int) -> Partition:
        return self._windows.by_time(self.split, lambda owner: self._pieces[owner].where)

    def _measured(self, owner: int, seed: int) -> EventStream:
        """Return the events of a whole signal."""
        key = owner, seed
        if key not in self._last:
            self._last.clear()
            self._last[key] = self._measure(owner, seed)
        return self._last[key]

    def _measure(self, owner: int, seed: int) -> EventStream:
        signal = self._whole(owner)
        learned = self._statistics(seed) if self.measurement.learns else None
        rng = stream(seed, Purpose.DATA, owner)
        width, height = self.measurement.size(signal.values.shape[1])
        return EventStream(
            width,
            height,
            self.measurement.events(signal, learned, rng),
            label=int(self._labels[owner]),
            provenance=signal.provenance,
            dropped=signal.dropped,
        )

    def _statistics(self, seed: int) -> ChannelStatistics:
        """Return the statistics of the rows of all training windows."""
        if seed not in self._learned:
            train = self.partition(seed)["train"].tolist()
            self._learned[seed] = statistics_of(self.signal(window).values for window in train)
        return self._learned[seed]

    def _whole(self, owner: int) -> Signal:
        piece = self._pieces[owner]
        return self._file(piece.file).signals[piece.number]

    def _file(self, index: int) -> SignalFile:
        if index not in self._files:
            if sum(file.nbytes for file in self._files.values()) > HELD_BYTES:
                self._files.clear()
            self._files[index] = open_signals(self._paths.files[index], self)
        return self._files[index]

    @cached_property
    def _paths(self) -> SignalPaths:
        return signal_paths(Path(self.root), self.labels_file)

    @cached_property
    def _pieces(self) -> tuple[Piece, ...]:
        """The signals that are used."""
        return pieces_of(self._paths, self._file, self.classes, self.samples_per_class)

    @cached_property
    def _labels(self) -> NDArray[np.int64]:
        """The class of each signal, (signal,)."""
        number = {name: i for i, name in enumerate(self.class_names())}
        return np.array([number[piece.label] for piece in self._pieces], dtype=np.int64)

    @cached_property
    def _windows(self) -> Windows:
        """The windows of all signals."""
        lengths = [piece.length for piece in self._pieces]
        return Windows.fitting(lengths, self.windows, self.duration)

    @cached_property
    def _files(self) -> dict[int, SignalFile]:
        """The files that were read and not yet forgotten."""
        return {}

    @cached_property
    def _learned(self) -> dict[int, ChannelStatistics]:
        """Statistics of the training windows, by seed."""
        return {}

    @cached_property
    def _last(self) -> dict[tuple[int, int], EventStream]:
        """The signal that was measured last: its windows are read one after the other."""
        return {}
