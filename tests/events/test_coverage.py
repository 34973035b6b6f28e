"""The union of intervals against sets of ticks, and their repetition against a plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.patterns._coverage import (
    INSTANT,
    Intervals,
    covered_events,
    joined,
    repeated,
    union,
)

#: Pixel, begin, length in ticks, and by how much rounding has moved each end.
PIECES = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(-6, 20), st.integers(0, 6), st.sampled_from([-1, 0, 1])
    ),
    max_size=12,
)


def intervals_of(pieces):
    pixels, begins, lengths, moved = np.array(pieces, dtype=int).reshape(-1, 4).T
    rounding = moved * INSTANT / 4
    return Intervals(pixels, begins + rounding, begins + lengths - rounding)


def ticks_of(pieces, pixel):
    return {
        begin + i for place, begin, length, _ in pieces if place == pixel for i in range(length)
    }


@given(PIECES)
def test_union_covers_the_same_ticks_in_as_few_intervals_as_it_takes(pieces):
    found = union(intervals_of(pieces))
    for pixel in range(3):
        ticks = ticks_of(pieces, pixel)
        begins = sorted(tick for tick in ticks if tick - 1 not in ticks)
        ends = sorted(tick + 1 for tick in ticks if tick + 1 not in ticks)
        own = found.pixels == pixel
        assert found.begin[own].tolist() == pytest.approx(begins, abs=INSTANT)
        assert found.end[own].tolist() == pytest.approx(ends, abs=INSTANT)


@given(PIECES)
def test_events_are_where_ticks_begin_and_end(pieces):
    # A tick is 1 ms; intervals that begin before 0 or end at 12 or later have no event there.
    shifted = [(place, begin, length, 0) for place, begin, length, _ in pieces]
    events = covered_events(3, 12.0, intervals_of(shifted))
    for pixel in range(3):
        ticks = ticks_of(pieces, pixel)
        on = [1000 * t for t in range(12) if t in ticks and t - 1 not in ticks]
        off = [1000 * t for t in range(12) if t not in ticks and t - 1 in ticks]
        own = events[events["x"] == pixel]
        assert own["t"][own["p"] == 1].tolist() == on
        assert own["t"][own["p"] == 0].tolist() == off


@given(PIECES, st.integers(1, 9), st.integers(1, 30))
def test_repetitions_are_those_that_meet_the_recording(pieces, period, duration):
    pieces = [(place, begin, length, 0) for place, begin, length, _ in pieces]
    expected = sorted(
        (place, begin + k * period, begin + length + k * period)
        for place, begin, length, _ in pieces
        for k in range(-50, 50)
        if begin + k * period < duration and begin + length + k * period > 0
    )
    found = repeated(intervals_of(pieces), period, duration)
    assert sorted(zip(*(column.tolist() for column in found), strict=True)) == expected


def test_nothing_covers_nothing():
    nothing = joined([])
    assert len(union(nothing).pixels) == 0
    assert len(covered_events(3, 10.0, repeated(nothing, 1.0, 10.0))) == 0


def test_more_repetitions_than_memory_holds_are_refused():
    one = Intervals(np.array([0]), np.array([0.0]), np.array([1e-4]))
    with pytest.raises(DataError, match="at most 50,000,000"):
        repeated(one, 1e-3, 1e6)
