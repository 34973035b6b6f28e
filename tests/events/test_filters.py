"""Filters and augmentations against slow, obvious versions of themselves."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.events.augmentations.shift import Shift
from neurospike_cli.events.filters.refractory import Refractory
from neurospike_cli.events.stream import EventStream
from tests.events.made_events import events_of, rows_of, streams


@settings(deadline=None)
@given(streams(sides=st.integers(1, 2)), st.integers(1, 5000))
def test_refractory_keeps_what_no_kept_event_precedes_too_closely(stream, period_us):
    kept = []
    for t, x, y, p in rows_of(stream):
        if all(t - other[0] >= period_us for other in kept if other[1:3] == (x, y)):
            kept.append((t, x, y, p))
    result = Refractory(period=period_us / 1000).apply(stream)
    assert rows_of(result) == kept
    assert result.dropped == {"refractory": len(stream) - len(kept)}


def test_refractory_counts_from_the_last_event_that_was_kept():
    # 600 is within 1000 µs of 0 and dropped, so 1000 is kept although it follows 600 closely.
    stream = EventStream(
        width=1, height=1, events=events_of((0, 0, 0, 1), (600, 0, 0, 1), (1000, 0, 0, 0))
    )
    assert Refractory(period=1.0).apply(stream).events["t"].tolist() == [0, 1000]


@settings(deadline=None)
@given(streams(), st.integers(0, 7), st.integers(0, 1000))
def test_shift_moves_all_events_alike_and_counts_what_leaves(stream, pixels, seed):
    dx, dy = np.random.default_rng(seed).integers(-pixels, pixels + 1, 2)
    moved = [(t, x + dx, y + dy, p) for t, x, y, p in rows_of(stream)]
    inside = [r for r in moved if 0 <= r[1] < stream.width and 0 <= r[2] < stream.height]
    result = Shift(pixels=pixels).apply(stream, np.random.default_rng(seed))
    assert rows_of(result) == inside
    assert result.dropped == {"shift": len(moved) - len(inside)}
    assert result.label == stream.label


def test_shift_reaches_all_offsets_alike():
    # 5 × 5 offsets, 5,000 draws: 200 each, standard deviation 13.9; 5 of them either side.
    stream = EventStream(width=5, height=5, events=events_of((0, 2, 2, 1)))
    rng = np.random.default_rng(3)
    counts = np.zeros((5, 5))
    for _ in range(5000):
        event = Shift(pixels=2).apply(stream, rng).events[0]
        counts[event["y"], event["x"]] += 1
    assert abs(counts - 200).max() < 70
