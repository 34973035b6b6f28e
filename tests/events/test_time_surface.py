"""Time surfaces against single events in closed form, and against a loop over channels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.events.encoders.time_surface import TimeSurface
from neurospike_cli.events.sources.synthetic import Synthetic
from neurospike_cli.events.stream import EventStream
from tests.events.made_events import events_of, streams
from tests.events.surfaces import read_surfaces

POLARITIES = st.sampled_from(["merge", "separate", "on_only"])


def surface(rows, duration, width=1, **parameters):
    stream = EventStream(width=width, height=1, events=events_of(*rows))
    train = TimeSurface(**parameters).encode(stream, duration)
    return train.to_dense()[0, :, 0].tolist(), train.dropped


def test_one_event_dies_away_as_the_closed_form_says():
    # Half lives: tau = 8 / ln 2 halves a value every 8 ms. An event at 0 read at the end of step s
    # is s + 1 ms old, and is level k of 4 while k - 1/2 <= 4 * 2**-(age / 8) < k + 1/2, so until
    # the ages 8 log2(4 / 3.5) = 1.54, 8 log2(4 / 2.5) = 5.42, 8 log2(4 / 1.5) = 11.32 and
    # 8 log2(4 / 0.5) = 24, where it is 1/2 exactly: binary fractions decide, so the 24th is free.
    strengths, dropped = surface([(0, 0, 0, 1)], 40.0, tau=8 / math.log(2), levels=4, interval=1.0)
    assert strengths[:23] == [4] * 1 + [3] * 4 + [2] * 6 + [1] * 12
    assert strengths[24:] == [0] * 16
    assert dropped == {}


def test_it_is_read_at_the_interval_and_the_newest_event_counts():
    # Read at 10, 20 and 30 ms; tau 10, levels 100: ages 10 and 1 give 100 / e = 36.8 and 90.5.
    rows = [(0, 0, 0, 1), (11_000, 0, 0, 1), (19_000, 0, 0, 0), (30_000, 0, 0, 1)]
    strengths, dropped = surface(rows, 35.0, tau=10.0, levels=100, interval=10.0)
    # At 30 ms the one of 19 ms is 11 ms old: 100 exp(-1.1) = 33.3. That at 30 comes after.
    assert {s: n for s, n in enumerate(strengths) if n} == {9: 37, 19: 90, 29: 33}
    assert dropped == {"superseded": 1, "after_last_surface": 1}
    late = surface([(0, 0, 0, 1), (40_000, 0, 0, 1)], 35.0, tau=0.5, levels=2, interval=10.0)
    assert late == ([0] * 35, {"faded": 1, "after_duration": 1})


def test_an_interval_between_steps_is_read_at_the_end_of_its_step():
    # 2.5, 5, 7.5 and 10 ms in steps of 2 ms are read at 4, 6, 8 and 10 ms.
    assert TimeSurface(dt=2.0, interval=2.5).surface_steps(10.0).tolist() == [1, 2, 3, 4]
    assert TimeSurface(dt=2.0, interval=0.1).surface_steps(9.0).tolist() == [0, 1, 2, 3, 4]
    assert TimeSurface(dt=0.1, interval=0.3).surface_steps(1.0).tolist() == [2, 5, 8]


@settings(deadline=None)
@given(
    streams(),
    POLARITIES,
    st.integers(1, 3),
    st.integers(100, 3000),
    st.integers(50, 4000),
    st.floats(0.3, 20.0),
    st.integers(1, 9),
)
def test_surfaces_are_those_of_a_loop_over_channels(
    stream, polarity, pool, dt_us, every_us, tau, levels
):
    encoder = TimeSurface(
        dt=dt_us / 1000,
        interval=every_us / 1000,
        tau=tau,
        levels=levels,
        polarity=polarity,
        pool=pool,
    )
    train = encoder.encode(stream, 12.001)
    expected, seen = read_surfaces(encoder, stream, train.n_steps)
    np.testing.assert_array_equal(train.to_dense()[0], expected)
    assert train.nnz == np.count_nonzero(expected)
    assert len(stream) - sum(train.dropped.values()) == len(seen)
    assert train.n_channels == encoder.channels(stream.width, stream.height)


def test_a_second_event_is_not_added_to_the_first():
    once, _ = surface([(2_500, 0, 0, 1)], 20.0, interval=1.0)
    twice, dropped = surface([(2_100, 0, 0, 1), (2_500, 0, 0, 1)], 20.0, interval=1.0)
    assert once == twice
    assert dropped == {"superseded": 1}


def test_no_event_makes_no_input_and_every_sample_counts():
    train = TimeSurface().encode(EventStream(width=3, height=2), 50.0)
    assert (train.nnz, train.n_steps, train.n_channels, train.dropped) == (0, 50, 6, {})
    assert train.extent == (1.0, 50, 6, True)


@pytest.mark.parametrize(("duration", "keys"), [(50.0, []), (49.0, ["encoder.interval"])])
def test_a_sample_has_at_least_one_surface(duration, keys):
    source = Synthetic.model_validate(
        {
            "source": "synthetic",
            "duration": duration,
            "classes": {"a": {"pattern": "moving_bar"}, "b": {"pattern": "random"}},
            "encoder": {"type": "time_surface", "interval": 50.0},
        }
    )
    assert [key for key, _ in source.checks()] == keys
