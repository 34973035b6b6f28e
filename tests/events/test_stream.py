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


@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6])
def test_blocks_hide_no_event_and_no_step(monkeypatch, at):
    monkeypatch.setattr("neurospike_cli.events.stream._BLOCK", 2)
    rows = [(i, 0, 0, 1) for i in range(7)]
    rows[at] = (at - 2, 0, 0, 1)
    name = f"event {at}: t = {at - 2} " + ("must not" if at == 1 else "is earlier")
    with pytest.raises(DataError, match=f"{name}.*; 1 of 7"):
        EventStream(width=1, height=1, events=events_of(*rows))
    rows[at] = (at, 1, 0, 1)
    with pytest.raises(DataError, match=f"event {at}: x = 1 must be below.*; 1 of 7"):
        EventStream(width=1, height=1, events=events_of(*rows))


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
    truth = np.array([0, 1, 2], dtype=np.uint8)
    stream = EventStream(
        width=4, height=2, events=events_of(*GOOD), label=2, provenance="here", truth=truth
    )
    once = stream.kept(np.array([True, False, True]), "shift")
    twice = once.kept(np.array([False, True]), "shift").kept(np.array([True]), "refractory")
    assert twice.dropped == {"shift": 2, "refractory": 0}
    assert stream.dropped == {}
    assert (twice.label, twice.provenance) == (2, "here")
    assert twice.events.tolist() == GOOD[2:]
    assert twice.truth.tolist() == [2]


def test_a_slice_takes_events_by_their_number_and_between_by_their_time():
    truth = np.array([3, 2, 1], dtype=np.uint8)
    stream = EventStream(width=4, height=2, events=events_of(*GOOD), duration=1.0, truth=truth)
    assert stream[1:].events.tolist() == GOOD[1:]
    assert stream[::2].truth.tolist() == [3, 1]
    assert stream.between(0.0, 0.005).events.tolist() == GOOD[:1]  # the end is outside
    assert stream.between(0.005, 1.0).events.tolist() == GOOD[1:]
    assert stream.between(0.005, 1.0).truth.tolist() == [2, 1]
    assert stream[:0].duration == 1.0


def test_the_rate_is_counts_over_the_width_of_a_bin():
    events = events_of(*((t, 0, 0, 1) for t in (0, 999, 1000, 4999)))
    stream = EventStream(width=1, height=1, events=events)
    assert stream.rate(1.0).tolist() == [2000.0, 1000.0, 0.0, 0.0, 1000.0]
    longer = dataclasses.replace(stream, duration=6.5)
    assert longer.rate(2.0).tolist() == [1500.0, 0.0, 500.0, 0.0]  # the last bin reaches to 8 ms
    assert len(EventStream(width=1, height=1).rate(1.0)) == 0


@pytest.mark.parametrize(
    ("duration", "end"), [(None, 5000), (4.0, 5000), (5.5, 5500)], ids=["last", "short", "long"]
)
def test_a_recording_ends_with_its_last_event_or_its_duration(duration, end):
    stream = EventStream(width=1, height=1, events=events_of((4999, 0, 0, 1)), duration=duration)
    assert stream.end == end


def test_columns_in_any_order_become_a_recording():
    stream = EventStream.from_arrays(4, 2, t=[5, 0, 5], x=[3, 0, 2], y=[1, 0, 0], p=[0.0, 1.0, 1.0])
    assert stream.events.tolist() == [GOOD[0], GOOD[1], GOOD[2]]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"t": [0.5]}, "event 0: t = 0.5 does not fit int64; 1 of 1 events"),
        ({"t": [np.nan]}, "event 0: t = nan does not fit int64"),
        ({"x": [-1]}, "event 0: x = -1 does not fit uint16"),
        ({"y": [65536]}, "event 0: y = 65536 does not fit uint16"),
        ({"p": [256]}, "event 0: p = 256 does not fit int8"),
        ({"x": [0, 1]}, r"x must be 1 numbers, as t is; got the shape \(2,\)"),
        ({"p": [2]}, "event 0: p = 2 must be 0"),
    ],
)
def test_columns_that_would_be_changed_are_refused(columns, message):
    whole = {"t": [0], "x": [0], "y": [0], "p": [1]} | columns
    with pytest.raises(DataError, match=message):
        EventStream.from_arrays(4, 2, **whole)


def test_events_of_one_time_keep_their_order():
    mixed = events_of((7, 1, 0, 1), (3, 0, 0, 1), (7, 0, 0, 0), (3, 2, 0, 0))
    assert sorted_by_time(mixed)["x"].tolist() == [0, 2, 1, 0]


def test_without_a_duration_the_last_event_fits():
    late = EventStream(width=2, height=1, events=events_of((120_000, 1, 0, 1)))
    train = late.encode_to_spike_train()
    assert (train.n_steps, train.dropped) == (121, {})
    assert train.to_dense()[0, 120].tolist() == [0, 1]
    assert EventStream(width=2, height=1).encode_to_spike_train().n_steps == 100
