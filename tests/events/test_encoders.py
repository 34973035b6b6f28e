"""Encoders against a count of each event by hand."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from neurospike_cli.events.encoders.binary import Binary
from neurospike_cli.events.encoders.count import Count
from neurospike_cli.events.encoders.encoder import Encoder
from neurospike_cli.events.encoders.event_encoder import EventEncoder
from neurospike_cli.events.reasons import account
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import discover
from tests.events.made_events import events_of, rows_of, streams
from tests.events.surfaces import shown

POLARITIES = st.sampled_from(["merge", "separate", "on_only"])


def counted(stream, encoder, duration_us, dt_us):
    """Return events per (step, channel), one event at a time, and how many have no place."""
    rows, columns = (math.ceil(n / encoder.pool) for n in (stream.height, stream.width))
    planes = {"merge": 1, "separate": 2, "on_only": 1}[encoder.polarity]
    dense = np.zeros((math.ceil(duration_us / dt_us), planes * rows * columns), dtype=int)
    fates = Counter()
    for t, x, y, p in rows_of(stream):
        if t >= duration_us:
            fates["after_duration"] += 1
        elif p == 0 and encoder.polarity == "on_only":
            fates["on_only"] += 1
        else:
            plane = 1 if encoder.polarity == "separate" and p == 0 else 0
            place = (y // encoder.pool) * columns + x // encoder.pool
            dense[t // dt_us, plane * rows * columns + place] += 1
    return dense, fates


@settings(deadline=None)
@given(streams(), POLARITIES, st.integers(1, 4), st.integers(1, 3000), st.integers(1, 13_000))
def test_every_event_is_in_its_step_and_channel_or_counted(stream, polarity, pool, dt_us, last_us):
    count = Count(dt=dt_us / 1000, polarity=polarity, pool=pool)
    expected, fates = counted(stream, count, last_us, dt_us)
    train = count.encode(stream, last_us / 1000)
    assert np.array_equal(train.to_dense()[0], expected)
    assert train.dropped == fates
    assert train.n_channels == count.channels(stream.width, stream.height)
    assert train.n_steps == count.steps(last_us / 1000)
    binary = Binary(dt=dt_us / 1000, polarity=polarity, pool=pool).encode(stream, last_us / 1000)
    assert np.array_equal(binary.to_dense()[0], expected > 0)
    fates["merged"] = int(expected.sum() - (expected > 0).sum())
    assert binary.dropped == +fates


#: Of each encoder of events, how many events the entries of a sample stand for.
STAND_FOR = {
    "binary": lambda encoder, train, stream: train.nnz,
    "count": lambda encoder, train, stream: train.channel_counts().sum(),
    "time_surface": lambda encoder, train, stream: shown(encoder, stream, train.n_steps),
}
EVENT_ENCODERS = {
    name: encoder
    for name, encoder in discover(Encoder).items()
    if issubclass(encoder, EventEncoder)
}


@pytest.mark.parametrize("name", EVENT_ENCODERS)
@settings(deadline=None)
@given(streams(last=40_000), POLARITIES, st.integers(1, 3), st.integers(10_000, 41_000))
def test_events_that_come_in_are_in_entries_or_dropped_by_reason(
    name, stream, polarity, pool, last_us
):
    encoder = EVENT_ENCODERS[name](polarity=polarity, pool=pool)
    until = stream[: np.searchsorted(stream.events["t"], last_us)]
    train = encoder.encode(stream, last_us / 1000)
    assert len(stream) == STAND_FOR[name](encoder, train, until) + sum(train.dropped.values())
    assert min(train.dropped.values(), default=1) > 0
    # No reason hides another: what is late or OFF is so for every encoder.
    late = sum(t >= last_us for t, *_ in rows_of(stream))
    off = polarity == "on_only" and sum(p == 0 for *_, p in rows_of(until))
    assert (train.dropped.get("after_duration", 0), train.dropped.get("on_only", 0)) == (late, off)


def test_what_became_of_events_is_said_without_alarm():
    assert account(3, "events", "after_duration") == "3 events dropped (after duration)"
    rows = account(3, "events", "rows_with_missing_values")
    assert rows == "3 rows with missing values dropped"
    assert account(3, "pixels", "below_threshold") == "3 pixels dropped (below threshold)"
    for reason in ("merged", "on_only", "superseded"):
        assert account(3, "events", reason).startswith("3 events ")
        assert "dropped" not in account(3, "events", reason)


def test_planes_name_the_halves_of_the_channels():
    stream = EventStream(width=3, height=2, events=events_of((0, 1, 1, 1), (0, 2, 0, 0)))
    separate = Binary(polarity="separate").encode(stream, 1.0)
    assert Binary(polarity="separate").planes == ("on", "off")
    assert separate.channels.tolist() == [1 * 3 + 1, (1 * 2 + 0) * 3 + 2]
    assert Binary(polarity="on_only").encode(stream, 1.0).channels.tolist() == [4]
    assert Binary(polarity="merge").encode(stream, 1.0).channels.tolist() == [2, 4]


def test_the_last_pixel_of_a_large_sensor_has_its_own_channel():
    # y * width + x = 359,999 is more than uint16 holds.
    stream = EventStream(width=600, height=600, events=events_of((0, 599, 599, 0)))
    train = Binary(polarity="separate").encode(stream, 1.0)
    assert train.channels.tolist() == [2 * 600 * 600 - 1]


def test_steps_are_counted_in_whole_microseconds():
    # In float64 0.3 // 0.1 is 2; event k * 100 µs belongs to step k.
    stream = EventStream(
        width=1, height=1, events=events_of(*((100 * k, 0, 0, 1) for k in range(50)))
    )
    dense = Binary(dt=0.1).encode(stream, 5.0).to_dense()
    assert dense[0, :, 0].tolist() == [1] * 50


@pytest.mark.parametrize("dt", [0.0005, 0.3335, 1e-9, 1 / 3])
def test_a_dt_of_a_fraction_of_a_microsecond_is_refused(dt):
    with pytest.raises(ValidationError, match="must be a whole number of µs"):
        Binary(dt=dt)


def test_dt_takes_a_unit():
    assert Binary(dt="250 us").dt == 0.25
