"""What an event stream refuses, and what it says about it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from neurospike_cli.errors import DataError
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream, sorted_by_time
from tests.events.made_events import events_of

GOOD = [(0, 0, 0, 1), (5, 3, 1, 0), (5, 2, 0, 1)]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ((-1, 0, 0, 1), "event 0: t = -1 must not be negative; 1 of 4"),
        ((4, 0, 0, 1), "event 3: t = 4 is earlier than the event before it; 1 of 4"),
        ((9, 4, 0, 1), "event 3: x = 4 must be below the sensor's width 4; 1 of 4"),
        ((9, 0, 2, 1), "event 3: y = 2 must be below the sensor's height 2; 1 of 4"),
        ((9, 0, 0, 2), r"event 3: p = 2 must be 0 \(OFF\) or 1 \(ON\); 1 of 4"),
        ((9, 0, 0, -1), "event 3: p = -1 must be 0"),
    ],
)
def test_the_first_bad_event_is_named(bad, message):
    rows = [bad, *GOOD] if bad[0] < 0 else [*GOOD, bad]
    with pytest.raises(DataError, match=message) as caught:
        EventStream(width=4, height=2, events=events_of(*rows), provenance="a.bin")
    assert caught.value.where == "a.bin"


@pytest.mark.parametrize("size", [(0, 1), (1, -1), (65537, 1)])
def test_a_sensor_has_pixels(size):
    with pytest.raises(DataError, match="must be 1 to 65536 px"):
        EventStream(width=size[0], height=size[1])


def test_another_layout_is_refused():
    with pytest.raises(DataError, match="events must be one array of"):
        EventStream(width=4, height=4, events=np.zeros((3, 4)))


def test_nothing_about_a_stream_changes():
    events = events_of(*GOOD)
    stream = EventStream(width=4, height=2, events=events)
    with pytest.raises(ValueError, match="read-only"):
        stream.events["t"][0] = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        stream.width = 5
    assert len(EventStream(width=4, height=2)) == 0
    assert stream.events.dtype == EVENT_DTYPE


def test_what_is_dropped_adds_up_by_reason():
    stream = EventStream(width=4, height=2, events=events_of(*GOOD), label=2, provenance="here")
    twice = stream.with_events(stream.events[:2], shift=1).with_events(
        stream.events[:1], shift=1, refractory=0
    )
    assert twice.dropped == {"shift": 2, "refractory": 0}
    assert stream.dropped == {}
    assert (twice.label, twice.provenance, len(twice)) == (2, "here", 1)


def test_events_of_one_time_keep_their_order():
    mixed = events_of((7, 1, 0, 1), (3, 0, 0, 1), (7, 0, 0, 0), (3, 2, 0, 0))
    assert sorted_by_time(mixed)["x"].tolist() == [0, 2, 1, 0]


def test_without_a_duration_the_last_event_fits():
    late = EventStream(width=2, height=1, events=events_of((120_000, 1, 0, 1)))
    train = late.encode_to_spike_train()
    assert (train.n_steps, train.dropped) == (121, 0)
    assert train.to_dense()[0, 120].tolist() == [0, 1]
    assert EventStream(width=2, height=1).encode_to_spike_train().n_steps == 100
