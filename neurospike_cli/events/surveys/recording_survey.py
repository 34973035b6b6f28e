"""What there is in a recording, counted in one pass with memory that its length does not change.

Events are taken as they are in the file, out of order or outside of the sensor as they may be.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.filters.hot_pixel import HotPixel
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._recording_file import RecordingFile, Watch, opened
from neurospike_cli.events.formats.format import Decoding
from neurospike_cli.events.recognition import recognise
from neurospike_cli.events.stream import EventStream

#: Pixels that are counted at most: a damaged file may name any.
MOST_PIXELS, _SIDE = 2**22, 2**11
_BIN, _MOST_BINS = 10_000, 2**19  # µs; 87 minutes
#: Shorter recordings have bins of 10 µs, 100 µs or 1 ms, at most this many of them.
_FINEST, _MOST_FINE = 10, 100


@dataclass
class RateBins:
    """Events in bins of time from the first event on; the bins become wider where they are many.

    They are 10 ms wide; in a recording that is shorter than 100 of them they have 10 µs, 100 µs
    or 1 ms, so that it has at most 100.

    Attributes:
        width: of a bin, in µs.
        origin: time of the first event, in µs.
        counts: [OFF, ON] events by the number of the bin.
    """

    width: int = _FINEST
    origin: int | None = None
    counts: dict[int, NDArray[np.int64]] = field(default_factory=dict)

    def add(self, t: NDArray[np.int64], on: NDArray[np.bool_]) -> None:
        """Count more events."""
        self.origin = int(t[0]) if self.origin is None else self.origin
        farthest = max(self.origin - int(t.min()), int(t.max()) - self.origin)
        while self.width < _BIN and farthest // self.width >= _MOST_FINE:
            self._widen()
        self._add((t - self.origin) // self.width, np.stack([~on, on], axis=1))
        while len(self.counts) > _MOST_BINS:
            self._widen()

    def curves(self, most: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the middle of each bin in s from the first event on, and [OFF, ON] rates in Hz.

        Bins are joined until there are at most `most`; those without events are there too.
        """
        bins, counts = np.array(sorted(self.counts)), [self.counts[i] for i in sorted(self.counts)]
        join = -(-int(bins[-1] - bins[0] + 1) // most)
        places = (bins - bins[0]) // join
        rates = np.zeros((int(places[-1]) + 1, 2))
        np.add.at(rates, places, np.array(counts))
        width = join * self.width * 1e-6
        begins = bins[0] * self.width * 1e-6 + width * np.arange(len(rates))
        return begins + width / 2, rates / width

    @property
    def peak(self) -> tuple[int, int]:
        """The most events in a bin, and the time at which it begins, in µs; the first of equals."""
        index = max(sorted(self.counts), key=lambda i: int(self.counts[i].sum()))
        return int(self.counts[index].sum()), index * self.width + (self.origin or 0)

    def _widen(self) -> None:
        before, self.counts, self.width = self.counts, {}, 10 * self.width
        if before:
            self._add(np.array(list(before)) // 10, np.array(list(before.values())))

    def _add(self, bins: NDArray[np.int64], kinds: NDArray[np.int64]) -> None:
        found, places = np.unique(bins, return_inverse=True)
        sums = np.zeros((len(found), 2), dtype=np.int64)
        np.add.at(sums, places, kinds)
        for index, sum_ in zip(found.tolist(), sums, strict=True):
            self.counts[index] = self.counts.get(index, 0) + sum_


@dataclass
class Survey:
    """Counts over the blocks so far.

    Attributes:
        format: the format's name.
        told: width and height of the sensor as the file tells it.
        stepped_over: what is no event, by reason.
        events, on: how many there are, and of them ON.
        backwards: steps back in time.
        earliest, latest, last: times of events, in µs.
        width, height: of the smallest sensor that holds all events.
        outside: events outside of the sensor that the file tells.
        gap, gap_begin: the longest time without an event, and when it begins, in µs.
        bins: events over time.
        counts: events of each pixel, (row, column).
        uncounted: events of pixels that are too far out to be counted.
    """

    format: str
    told: tuple[int, int] | None
    stepped_over: Counter[str]
    events: int = 0
    on: int = 0
    backwards: int = 0
    earliest: int = 0
    latest: int = 0
    last: int = 0
    width: int = 1
    height: int = 1
    outside: int = 0
    gap: int = 0
    gap_begin: int = 0
    bins: RateBins = field(default_factory=RateBins)
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros((1, 1), np.int64))
    uncounted: int = 0

    def add(self, block: Columns) -> None:
        """Count the events of one more block."""
        if not len(block.t):
            return
        t = block.t.astype(np.int64)
        steps = np.diff(t, prepend=self.last if self.events else t[0])
        self.backwards += int((steps < 0).sum())
        longest = int(np.argmax(steps))
        if steps[longest] > self.gap:
            # As Python's integers: damaged times reach to the ends of int64.
            self.gap, self.gap_begin = int(steps[longest]), int(t[longest]) - int(steps[longest])
        earliest, latest = int(t.min()), int(t.max())
        self.earliest = min(self.earliest, earliest) if self.events else earliest
        self.latest = max(self.latest, latest) if self.events else latest
        self.last = int(t[-1])
        self.on += int((block.p == 1).sum())
        self.events += len(t)
        self.bins.add(t, block.p == 1)
        self._place(block)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the sensor, as the file tells it or as its events need it."""
        return self.told or (self.width, self.height)

    @property
    def length(self) -> int:
        """From the earliest to the latest event, in µs."""
        return self.latest - self.earliest

    @property
    def rate(self) -> float | None:
        """Events per second over the recording's length, in Hz; None where it has no length."""
        return self.events / (self.length * 1e-6) if self.length else None

    def busiest(self, most: int) -> list[tuple[int, int, int]]:
        """Return (x, y, events) of the pixels with the most events, falling."""
        flat = self.counts.ravel()
        order = np.argsort(-flat, kind="stable")[:most]
        return [self._pixel(int(i)) for i in order if flat[i]]

    def hot(self) -> list[tuple[int, int, int]]:
        """Return (x, y, events) of pixels that stand out from their neighbours, falling."""
        found = np.flatnonzero(HotPixel().hot_among(self.counts))
        return sorted((self._pixel(int(i)) for i in found), key=lambda pixel: -pixel[2])

    def _pixel(self, index: int) -> tuple[int, int, int]:
        y, x = divmod(index, self.counts.shape[1])
        return x, y, int(self.counts[y, x])

    def _place(self, block: Columns) -> None:
        x, y = block.x.astype(np.int64), block.y.astype(np.int64)
        self.width = max(self.width, int(x.max()) + 1)
        self.height = max(self.height, int(y.max()) + 1)
        if self.told is not None:
            self.outside += int(((x >= self.told[0]) | (y >= self.told[1])).sum())
        rows, columns = self.counts.shape
        grown = max(self.height, rows), max(self.width, columns)
        if grown[0] * grown[1] > MOST_PIXELS:  # a few events that are far out cost no others
            grown = max(rows, min(grown[0], _SIDE)), max(columns, min(grown[1], _SIDE))
        if grown != (rows, columns) and grown[0] * grown[1] <= MOST_PIXELS:
            self.counts = np.pad(self.counts, [(0, grown[0] - rows), (0, grown[1] - columns)])
            rows, columns = grown
        inside = (x >= 0) & (y >= 0) & (x < columns) & (y < rows)
        np.add.at(self.counts, (y[inside], x[inside]), 1)
        self.uncounted += len(x) - int(inside.sum())


def survey(path: Path, watch: Watch = lambda done, total: None) -> Survey:
    """Return what there is in a recording.

    Args:
        path: the file.
        watch: hears how many bytes of how many have been read.

    Raises:
        DataError: there is no such file, its format is not known, or it is damaged.
    """
    format_ = recognise(path, recover=True)
    with opened(path, recover=True) as file:
        decoding = format_.decode(file)
        found = Survey(format_.name, decoding.size, decoding.stepped_over)
        _read(found, decoding, file, watch)
    return found


def survey_of(stream: EventStream) -> Survey:
    """Return what there is in a recording in memory."""
    events = stream.events
    found = Survey("memory", (stream.width, stream.height), Counter(stream.dropped))
    found.add(Columns(events["t"], events["x"], events["y"], events["p"]))
    return found


def _read(found: Survey, decoding: Decoding, file: RecordingFile, watch: Watch) -> None:
    for block in decoding.blocks:
        found.add(block)
        watch(file.handle.tell(), file.size)
    watch(file.size, file.size)
