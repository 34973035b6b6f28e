"""Windows that recordings are cut into, and which windows a split takes.

Windows are of one length, or of one number of events; then each begins with its first event. A
recording has as many windows as there are whole ones in it, and one at least. What follows the
last one that is used is counted as ``after_windows``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.split import SPLITS, Split, SplitName, split_sizes
from neurospike_cli.events.stream import EventStream

AFTER_WINDOWS = "after_windows"
Partition = dict[SplitName, NDArray[np.int64]]


@dataclass(frozen=True)
class Windows:
    """The windows of some recordings, numbered from 0, one recording after the other.

    Attributes:
        counts: how many windows each recording has, one at least.
        duration: length of a window, in ms.
        events: how many events a window has; None where it has its length.
    """

    counts: tuple[int, ...]
    duration: float
    events: int | None = None

    @classmethod
    def fitting(
        cls, extents: Iterable[int], most: int | str, duration: float, events: int | None = None
    ) -> Windows:
        """Return the whole windows in some recordings.

        Args:
            extents: how long each is, in µs; or of windows of `events`, how many it has.
            most: how many windows are used of each, or ``all``.
            duration, events: as of the class.
        """
        limit = int({"all": 2**31}.get(str(most), most))
        size = window_length(duration) if events is None else events
        return cls(tuple(min(limit, max(1, e // size)) for e in extents), duration, events)

    @cached_property
    def length(self) -> int:
        """Length of a window, in µs."""
        return window_length(self.duration)

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """The recording of each window, ascending."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    def place(self, window: int) -> tuple[int, int]:
        """Return the recording of a window, and which of its windows it is, from 0."""
        owner = int(self.owners[window])
        return owner, window - int(np.searchsorted(self.owners, owner))

    def cut(self, whole: EventStream, times: NDArray[np.int64], window: int) -> EventStream:
        """Return a window of a recording.

        What the recording has dropped is counted with its first window, what follows the windows
        with its last one.

        Args:
            whole: the recording.
            times: when its events were, in µs from where its first window begins, (event,).
            window: its number.
        """
        owner, number = self.place(window)
        begin, end, origin = self._edges(times, number)
        events = whole.events[begin:end].copy()
        events["t"] = times[begin:end] - origin
        dropped = dict(whole.dropped) if number == 0 else {}
        left = len(times) - end
        if left and number == self.counts[owner] - 1:
            dropped[AFTER_WINDOWS] = left
        return replace(whole, events=events, dropped=dropped, duration=self.duration)

    def _edges(self, times: NDArray[np.int64], number: int) -> tuple[int, int, int]:
        """Return the first event of a window, the one after it, and when it begins, in µs."""
        if self.events is None:
            edges = np.array([number, number + 1]) * self.length
            begin, end = np.searchsorted(times, edges).tolist()
            return begin, end, number * self.length
        begin = number * self.events
        end = min(begin + self.events, len(times))
        return begin, end, int(times[begin]) if begin < end else 0

    def of(self, parts: Mapping[SplitName, NDArray[np.int64]]) -> Partition:
        """Return all windows of the recordings of each split, ascending."""
        return {name: np.flatnonzero(np.isin(self.owners, parts[name])) for name in SPLITS}

    def by_time(self, split: Split, where: Callable[[int], str]) -> Partition:
        """Give each recording's first windows to training, and its last ones to the test.

        Args:
            split: the fractions.
            where: what a recording is called in messages.

        Raises:
            DataError: a recording has fewer windows than there are splits in use.
        """
        parts: dict[SplitName, list[NDArray[np.int64]]] = {name: [] for name in SPLITS}
        for owner, count in enumerate(self.counts):
            if count < split.least_samples:
                size = f"{self.duration:g} ms" if self.events is None else f"{self.events} events"
                raise DataError(
                    f"has {count} windows of {size}; the split needs {split.least_samples}",
                    where=where(owner),
                    hint="make windows smaller, or set `data.windows` to all",
                )
            ends = np.cumsum(split_sizes(count, split))
            windows = np.flatnonzero(self.owners == owner)
            for name, part in zip(SPLITS, np.split(windows, ends[:-1]), strict=True):
                parts[name].append(part)
        return {name: np.sort(np.concatenate(found)) for name, found in parts.items()}


def window_length(duration: float) -> int:
    """Return the length in µs of a window of `duration` ms."""
    return max(1, round(duration * 1000))
