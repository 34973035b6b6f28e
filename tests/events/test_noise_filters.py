"""Filters against noise: slow, obvious versions of them, and noise whose share is known."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from neurospike_cli.events.filters.background_activity import BackgroundActivity
from neurospike_cli.events.filters.hot_pixel import HotPixel
from neurospike_cli.events.filters.rate_limit import RateLimit
from neurospike_cli.events.noise import Noise, add_noise
from neurospike_cli.events.patterns.moving_bar import MovingBar
from neurospike_cli.events.poisson import poisson_events
from neurospike_cli.events.stream import EventStream
from tests.events.made_events import events_of, rows_of, streams


@settings(deadline=None)
@given(streams(), st.integers(1, 6000), st.integers(1, 3), st.integers(1, 3))
def test_activity_keeps_what_enough_neighbours_support(stream, window_us, radius, support):
    rows, kept = rows_of(stream), []
    for i, (t, x, y, p) in enumerate(rows):
        supporters = {
            (u, v)
            for s, u, v, _ in rows[:i]
            if (u, v) != (x, y)
            and max(abs(u - x), abs(v - y)) <= radius
            and t - max(r[0] for r in rows[:i] if r[1:3] == (u, v)) <= window_us
        }
        kept += [(t, x, y, p)] if len(supporters) >= support else []
    chosen = BackgroundActivity(window=window_us / 1000, radius=radius, support=support)
    result = chosen.apply(stream)
    assert rows_of(result) == kept
    assert result.dropped == {"background_activity": len(rows) - len(kept)}


def test_support_is_as_old_as_the_window_at_most():
    stream = EventStream(
        width=2, height=1, events=events_of((0, 0, 0, 1), (5000, 1, 0, 1), (10_001, 0, 0, 1))
    )
    kept = BackgroundActivity(window=5.0).apply(stream)
    assert kept.events["t"].tolist() == [5000]


def test_share_of_noise_that_passes_by_chance():
    # 10 Hz in 8 neighbours, 5 ms: 1 - exp(-0.4) of what is not at the edges finds support.
    events = poisson_events(60, 60, 10.0, 2000.0, np.random.default_rng(0))
    stream = EventStream(width=60, height=60, events=events)
    found = BackgroundActivity(window=5.0).supporters(stream)
    x, y = events["x"], events["y"]
    inner = (x > 0) & (x < 59) & (y > 0) & (y < 59) & (events["t"] > 5000)
    passed = (found[inner] > 0).mean()
    # Events that share neighbours are not independent: 5 of twice the binomial deviation.
    spread = 2 * math.sqrt(0.25 / inner.sum())
    assert passed == pytest.approx(1 - math.exp(-0.4), abs=5 * spread)


def test_signal_passes_and_most_noise_does_not():
    clean = EventStream(
        width=32,
        height=32,
        events=MovingBar(velocity=0.3, velocity_jitter=0.0).events(
            32, 32, 200.0, np.random.default_rng(1)
        ),
    )
    noisy = add_noise(clean, Noise(rate=5.0), 200.0, np.random.default_rng(2))
    is_signal = np.isin(noisy.events, clean.events)
    kept = np.isin(noisy.events, BackgroundActivity(window=4.0).apply(noisy).events)
    assert kept[is_signal].mean() > 0.95
    assert kept[~is_signal].mean() < 0.4


@settings(deadline=None)
@given(streams(sides=st.integers(1, 4)), st.floats(1.0, 4.0), st.integers(1, 6))
def test_hot_pixels_stand_out_from_the_median_of_their_neighbours(stream, factor, least):
    rows = rows_of(stream)

    def events_at(x, y):
        return sum(row[1:3] == (x, y) for row in rows)

    def is_hot(x, y):
        near = [
            events_at(u, v)
            for u in range(x - 1, x + 2)
            for v in range(y - 1, y + 2)
            if (u, v) != (x, y) and 0 <= u < stream.width and 0 <= v < stream.height
        ]
        count = events_at(x, y)
        return count >= least and bool(near) and count > factor * statistics.median(near)

    kept = [row for row in rows if not is_hot(*row[1:3])]
    result = HotPixel(factor=factor, least=least).apply(stream)
    assert rows_of(result) == kept
    assert result.dropped == {"hot_pixel": len(rows) - len(kept)}


def test_hot_pixel_has_more_than_its_factor():
    def recording(left, right):
        rows = [(0, 0, 0, 1)] * left + [(0, 1, 0, 1)] * right
        return EventStream(width=2, height=1, events=events_of(*rows))

    assert not HotPixel(factor=3.0, least=1).hot_pixels(recording(6, 2)).any()
    assert HotPixel(factor=3.0, least=1).hot_pixels(recording(7, 2)).tolist() == [[True, False]]
    assert not HotPixel(factor=3.0, least=8).hot_pixels(recording(7, 2)).any()


def test_hot_pixels_of_the_noise_are_found():
    pattern = MovingBar(velocity=0.3, velocity_jitter=0.0)
    events = pattern.events(32, 32, 500.0, np.random.default_rng(1))
    clean = EventStream(width=32, height=32, events=events)
    hot = Noise(rate=1.0, hot_pixels=6, hot_rate=400.0)
    noisy = add_noise(clean, hot, 500.0, np.random.default_rng(2))
    counts = np.zeros((32, 32), dtype=int)
    np.add.at(counts, (noisy.events["y"], noisy.events["x"]), 1)
    found = HotPixel().hot_pixels(noisy)
    assert np.array_equal(found, counts > 100)
    assert found.sum() == 6
    assert not HotPixel().hot_pixels(clean).any()


@settings(deadline=None)
@given(streams(), st.integers(1, 6000), st.integers(1, 5))
def test_rate_limit_keeps_the_first_of_each_window(stream, window_us, limit):
    kept, seen = [], {}
    for row in rows_of(stream):
        window = row[0] // window_us
        seen[window] = seen.get(window, 0) + 1
        kept += [row] if seen[window] <= limit else []
    chosen = RateLimit(rate=limit / window_us * 1e6, window=window_us / 1000)
    assert chosen.limit == limit
    result = chosen.apply(stream)
    assert rows_of(result) == kept
    assert result.dropped == {"rate_limit": len(stream) - len(kept)}


def test_rate_that_leaves_no_event_to_a_window_is_refused():
    with pytest.raises(ValidationError, match="at least 1000 Hz with a window of 1 ms; got 999 Hz"):
        RateLimit(rate=999.0, window=1.0)


def test_filters_of_an_empty_recording_drop_nothing():
    stream = EventStream(width=3, height=2, events=events_of())
    for chosen in (BackgroundActivity(), HotPixel(), RateLimit()):
        result = chosen.apply(stream)
        assert len(result) == 0
        assert result.dropped == {chosen.component_name: 0}
