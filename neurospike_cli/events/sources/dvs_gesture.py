"""The DVS gestures (Amir et al. 2017), and other recordings in the layout of `gesture_folder.py`.

A gesture is a part of a recording; it is cut into windows of `duration` ms, as many as there are
whole ones in it, and one at least. Times count from the beginning of the gesture.

| `split_by` | tells how well a network does on |
|---|---|
| recording | other recordings: other people, or the same in another light |
| lists | the recordings of ``trials_to_test.txt``; those of ``trials_to_train.txt`` are divided |
| time | later windows of the very gestures that it has learned from |

| what finds no place | counted as |
|---|---|
| events of a gesture after the last window that is used | ``after_windows`` |
| events outside of the sensor, out of order, cut off | as the formats do, with the first gesture |

Events between gestures belong to none and are not counted.
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

from neurospike_cli.errors import DataError
from neurospike_cli.events.layouts.gesture_folder import (
    TEST_LIST,
    TRAIN_LIST,
    Gesture,
    GestureFolder,
    gesture_folder,
    listed,
)
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources._file_source import FileSource
from neurospike_cli.events.split import SPLITS, Split, SplitName, split_sizes
from neurospike_cli.events.stream import EventStream
from neurospike_cli.events.windows import Partition, Windows
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.units import Milliseconds


class DVSGesture(FileSource):
    """Gestures in long recordings, with a table of when each was."""

    source: Literal["dvs_gesture"] = "dvs_gesture"
    sensor: Sensor | None = Sensor(width=128, height=128)
    """The sensor's size; null is what the first recording tells."""
    duration: Milliseconds = Field(default=1000.0, gt=0.0, le=1e6)
    """Length of a window, in ms."""
    recordings: int | None = Field(default=None, ge=1)
    """How many recordings are used at most, in the order of their names."""
    unlabelled: Literal["error", "drop"] = "error"
    """What is done with recordings without a table of gestures."""
    split_by: Literal["recording", "lists", "time"] = "recording"
    """What is divided: recordings at random, recordings by lists beside them, or each gesture's
    time, which tells nothing of new recordings."""

    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes by their numbers, which stand where no name is told."""
        return tuple(self._folder.names.get(number, str(number)) for number in self._numbers)

    def labels(self) -> NDArray[np.int64]:
        """Return the class of every window, (window,)."""
        labels = [self._numbers.index(gesture.number) for gesture in self._gestures]
        return np.array(labels, dtype=np.int64)[self._windows.owners]

    def partition(self, seed: int) -> Mapping[SplitName, NDArray[np.int64]]:
        """Return the windows of each split.

        Raises:
            DataError: a class has no window to learn from.
        """
        ways = {"recording": self._by_recording, "lists": self._by_lists, "time": self._by_time}
        parts = ways[self.split_by](seed)
        missing = set(range(len(self._numbers))) - set(self.labels()[parts["train"]].tolist())
        if missing:
            raise DataError(
                f"class `{self.class_names()[min(missing)]}` is in no recording of the train split",
                where=self.root,
                hint="use more recordings, another seed, or set `data.split_by` to time",
            )
        return parts

    def read(self, index: int, seed: int) -> EventStream:
        """Return one window; nothing about it is random."""
        owner, _ = self._windows.place(index)
        gesture = self._gestures[owner]
        whole = self._open(self._paths[gesture.recording])
        begin, end = _part(whole, gesture)
        is_first = owner == 0 or self._gestures[owner - 1].recording != gesture.recording
        own = replace(whole[begin:end], dropped=whole.dropped if is_first else {})
        window = self._windows.cut(own, own.events["t"] - gesture.begin, index)
        return replace(window, label=self._numbers.index(gesture.number))

    @property
    def _paths(self) -> Sequence[Path]:
        return self._folder.files

    @property
    def _gestures(self) -> Sequence[Gesture]:
        return self._folder.gestures

    @cached_property
    def _folder(self) -> GestureFolder:
        return gesture_folder(Path(self.root), self.recordings, self.unlabelled)

    @cached_property
    def _numbers(self) -> list[int]:
        """The numbers of the classes, ascending."""
        return sorted({gesture.number for gesture in self._gestures})

    @cached_property
    def _windows(self) -> Windows:
        events = self.events_per_window
        extent = self._length_of if events is None else self._events_of
        extents = map(extent, self._gestures)
        return Windows.fitting(extents, self.windows, self.duration, events)

    def _length_of(self, gesture: Gesture) -> int:
        return gesture.end - gesture.begin

    def _events_of(self, gesture: Gesture) -> int:
        begin, end = _part(self._open(self._paths[gesture.recording]), gesture)
        return end - begin

    def _where(self, owner: int) -> str:
        gesture = self._gestures[owner]
        return f"{self._paths[gesture.recording]}: gesture at {gesture.begin} µs"

    def _by_recording(self, seed: int) -> Partition:
        return self._windows_of(self._drawn(range(len(self._paths)), self.split, seed))

    def _by_time(self, seed: int) -> Partition:
        return self._windows.by_time(self.split, self._where)

    def _windows_of(self, recordings: Partition) -> Partition:
        owners = np.array([gesture.recording for gesture in self._gestures])
        return self._windows.of(
            {name: np.flatnonzero(np.isin(owners, recordings[name])) for name in SPLITS}
        )

    def _drawn(self, recordings: Sequence[int], split: Split, seed: int) -> Partition:
        """Divide recordings at random; all gestures of one are in one split."""
        if len(recordings) < split.least_samples:
            raise DataError(
                f"has {len(recordings)} recordings; the split needs {split.least_samples}",
                where=self.root,
                hint="add recordings, or set `data.split_by` to time",
            )
        shuffled = stream(seed, Purpose.SPLIT).permutation(np.array(recordings))
        ends = np.cumsum(split_sizes(len(recordings), split))
        return dict(zip(SPLITS, np.split(shuffled, ends[:-1]), strict=True))

    def _by_lists(self, seed: int) -> Partition:
        """Take the test recordings from their list, and divide the others without a test."""
        root, split = Path(self.root), self.split
        learned, tested = (listed(self._folder, root / name) for name in (TRAIN_LIST, TEST_LIST))
        both = sorted(set(learned) & set(tested))
        if both:
            raise DataError(
                f"{self._paths[both[0]].name} is in {TRAIN_LIST} and in {TEST_LIST}",
                where=self.root,
            )
        train = split.train / (split.train + split.validation)
        rest = Split(train=train, validation=1.0 - train, test=0.0)
        return self._windows_of({**self._drawn(learned, rest, seed), "test": np.array(tested)})


def _part(whole: EventStream, gesture: Gesture) -> tuple[int, int]:
    """Return the first event of a gesture, and the one after it."""
    begin, end = np.searchsorted(whole.events["t"], [gesture.begin, gesture.end]).tolist()
    return begin, end
