"""Recordings that become one: by time, and one after the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.joining import concatenated, merged
from neurospike_cli.events.stream import EventStream
from tests.events.made_events import events_of

ROWS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3), st.integers(0, 1), st.just(1)))


def recording(rows, **known):
    return EventStream(width=4, height=2, events=events_of(*sorted(rows)), **known)


@given(parts=st.lists(ROWS, min_size=1, max_size=4))
def test_merging_is_a_stable_sort_of_all_events(parts):
    rows = [row for part in parts for row in sorted(part)]
    whole = merged([recording(part) for part in parts])
    assert whole.events.tolist() == sorted(rows, key=lambda row: row[0])


@given(parts=st.lists(ROWS, min_size=1, max_size=4))
def test_a_concatenation_repeats_every_part_after_the_end_of_the_one_before(parts):
    expected, begin = [], 0
    for part in parts:
        expected += [(begin + t, *rest) for t, *rest in sorted(part)]
        begin += max([t for t, *_ in part], default=-1) + 1
    assert concatenated([recording(part) for part in parts]).events.tolist() == expected


def test_what_all_parts_know_stays_known():
    truth = np.array([1], dtype=np.uint8)
    a = recording([(3, 0, 0, 1)], duration=1.0, label=2, truth=truth, dropped={"crop": 1})
    b = recording([(2, 1, 0, 0)], duration=4.0, label=2, truth=truth + 1, dropped={"flip": 0})
    whole = merged([a, b])
    assert (whole.duration, whole.label, whole.truth.tolist()) == (4.0, 2, [2, 1])
    assert whole.dropped == {"crop": 1, "flip": 0}
    assert concatenated([a, b]).duration == 5.0
    assert concatenated([a, b]).events["t"].tolist() == [3, 1002]
    unknown = merged([a, replace(b, duration=None, label=1, truth=None)])
    assert (unknown.duration, unknown.label, unknown.truth) == (None, None, None)


def test_only_recordings_of_one_sensor_are_joined():
    other = EventStream(width=8, height=2)
    with pytest.raises(UsageError, match="of one sensor; got 4×2 px, 8×2 px"):
        merged([recording([]), other])
    with pytest.raises(UsageError, match="got no recording"):
        concatenated([])


def test_a_delay_moves_every_event_and_none_before_the_beginning():
    late = recording([(3, 0, 0, 1)], duration=1.0).delayed(7)
    assert (late.events["t"].tolist(), late.duration) == ([10], 1.0)
    with pytest.raises(DataError, match="must not be negative"):
        late.delayed(-11)
