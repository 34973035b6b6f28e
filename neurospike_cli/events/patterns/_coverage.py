"""When objects cover a pixel: intervals of time, their repetitions and their union.

A pixel is bright while at least one interval covers it: an ON event where the first of several that
overlap begins, an OFF event where the last one ends. What is covered before t = 0 has no ON event.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.patterns._crossings import Floats, on_off_events, refuse_too_many
from neurospike_cli.events.stream import Events

#: Intervals and gaps up to this long are rounding, in ms; events are told to 1e-3 ms.
INSTANT = 1e-9


class Intervals(NamedTuple):
    """Row-major pixel index, and begin and end in ms of each interval."""

    pixels: NDArray[np.int64]
    begin: Floats
    end: Floats


def joined(parts: list[Intervals]) -> Intervals:
    """Return the intervals of all parts."""
    nothing = Intervals(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))
    pixels, begin, end = zip(nothing, *parts, strict=True)
    return Intervals(np.concatenate(pixels), np.concatenate(begin), np.concatenate(end))


def repeated(once: Intervals, period: float, duration: float) -> Intervals:
    """Return every repetition of each interval, k * period apart, that meets (0, duration).

    Raises:
        DataError: there would be too many.
    """
    first = np.floor(-once.end / period) + 1.0
    last = np.ceil((duration - once.begin) / period) - 1.0
    counts = np.maximum(last - first + 1.0, 0.0)
    refuse_too_many(2.0 * float(counts.sum()))
    repeats = counts.astype(np.int64)
    which = np.repeat(np.arange(len(repeats)), repeats)
    ordinal = np.arange(len(which)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    shift = (first[which] + ordinal) * period
    return Intervals(once.pixels[which], once.begin[which] + shift, once.end[which] + shift)


def union(intervals: Intervals) -> Intervals:
    """Return the time in which each pixel is covered, by pixel and time, as disjoint intervals."""
    long = intervals.end - intervals.begin > INSTANT
    pixels = np.tile(intervals.pixels[long], 2)
    times = np.concatenate([intervals.begin[long], intervals.end[long]])
    change = np.repeat(np.array([1, -1]), len(pixels) // 2)
    # Stable, so that what begins counts before what ends at the same time.
    order = np.lexsort((times, pixels))
    level = np.cumsum(change[order])  # how many intervals cover the pixel
    begins = order[(change[order] > 0) & (level == 1)]
    ends = order[(change[order] < 0) & (level == 0)]
    same = pixels[begins[1:]] == pixels[ends[:-1]]
    gap = np.ones(len(begins) + 1, dtype=bool)  # before, between and after the intervals
    gap[1:-1] = ~same | (times[begins[1:]] - times[ends[:-1]] > INSTANT)
    begins, ends = begins[gap[:-1]], ends[gap[1:]]
    return Intervals(pixels[begins], times[begins], times[ends])


def covered_events(width: int, duration: float, intervals: Intervals) -> Events:
    """Return the events of pixels that are bright while any of `intervals` covers them.

    Args:
        width: of the sensor, in px.
        duration: in ms.
        intervals: may overlap, and reach beyond [0, duration).
    """
    pixels, begin, end = union(intervals)
    arrives = (begin >= 0.0) & (begin < duration)
    leaves = (end >= 0.0) & (end < duration)
    on = pixels[arrives], begin[arrives]
    return on_off_events(width, duration, on, (pixels[leaves], end[leaves]))
