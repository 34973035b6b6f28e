"""Noise against its expected numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from neurospike_cli.events.noise import Noise, add_noise
from neurospike_cli.events.stream import EventStream
from neurospike_cli.events.truth import Truth
from tests.events.made_events import events_of, rows_of

STILL = EventStream(width=20, height=10, label=3, provenance="here")


def generator(seed=0):
    return np.random.default_rng(seed)


def test_no_noise_changes_nothing():
    stream = EventStream(width=3, height=3, events=events_of((1, 0, 2, 1), (1, 1, 0, 0)))
    assert rows_of(add_noise(stream, Noise(), 10.0, generator())) == rows_of(stream)


def test_background_has_its_rate_in_every_pixel_and_both_polarities():
    # 200 pixels × 50 Hz × 10 s = 100,000 events, 500 a pixel.
    noisy = add_noise(STILL, Noise(rate=50.0), 10_000.0, generator())
    assert len(noisy) == pytest.approx(100_000, abs=5 * math.sqrt(100_000))
    counts = np.bincount(noisy.events["y"].astype(int) * 20 + noisy.events["x"], minlength=200)
    assert abs(counts - 500).max() < 6 * math.sqrt(500)
    assert noisy.events["p"].mean() == pytest.approx(0.5, abs=5 * 0.5 / math.sqrt(100_000))
    assert (noisy.label, noisy.provenance) == (3, "here")


def test_signal_events_stay_among_the_noise():
    signal = [(1000 * k, k % 20, k % 10, k % 2) for k in range(100)]
    stream = EventStream(width=20, height=10, events=events_of(*signal))
    assert set(signal) <= set(rows_of(add_noise(stream, Noise(rate=20.0), 100.0, generator())))


def test_every_event_says_what_made_it():
    signal = [(1000 * k, 0, 0, k % 2) for k in range(100)]
    stream = EventStream(width=20, height=10, events=events_of(*signal))
    # That a background event is a signal event's twin: 100 times, with probability 20 Hz × 1 µs.
    noisy = add_noise(stream, Noise(rate=20.0, hot_pixels=1, hot_rate=5000.0), 100.0, generator())
    at_signal = np.isin(noisy.events, stream.events)
    assert (
        np.flatnonzero(noisy.truth == Truth.SIGNAL).tolist() == np.flatnonzero(at_signal).tolist()
    )
    hot = noisy.events[noisy.truth == Truth.HOT]
    assert len(np.unique(hot[["x", "y"]])) == 1
    assert len(hot) == pytest.approx(500, abs=5 * math.sqrt(500))
    assert (noisy.truth == Truth.SHOT).sum() == len(noisy) - 100 - len(hot)
    leaked = replace(stream, truth=np.full(100, Truth.LEAK, dtype=np.uint8))
    assert (add_noise(leaked, Noise(), 100.0, generator()).truth == Truth.LEAK).all()


def test_hot_pixels_are_as_many_and_as_fast_as_said():
    # 3 pixels × 400 Hz × 10 s = 4,000 events each, and no event anywhere else.
    noisy = add_noise(STILL, Noise(hot_pixels=3, hot_rate=400.0), 10_000.0, generator())
    places, counts = np.unique(noisy.events[["x", "y"]], return_counts=True)
    assert len(places) == 3
    assert abs(counts - 4000).max() < 5 * math.sqrt(4000)


def test_more_hot_pixels_than_pixels_are_all_pixels():
    tiny = EventStream(width=2, height=2)
    noisy = add_noise(tiny, Noise(hot_pixels=9, hot_rate=1000.0), 100.0, generator())
    assert len(np.unique(noisy.events[["x", "y"]])) == 4


def test_jitter_spreads_time_by_its_deviation_and_loses_nothing():
    stream = EventStream(width=1, height=1, events=events_of(*[(50_000, 0, 0, 1)] * 10_000))
    t = add_noise(stream, Noise(jitter="500 us"), 100.0, generator()).events["t"]
    assert len(t) == 10_000
    # Standard errors of mean and deviation of N normal numbers: σ / sqrt(N), σ / sqrt(2 N).
    assert t.mean() == pytest.approx(50_000, abs=5 * 500 / 100)
    assert t.std() == pytest.approx(500, abs=5 * 500 / math.sqrt(20_000))
    wide = add_noise(stream, Noise(jitter=1000.0), 100.0, generator()).events["t"]
    assert (len(wide), wide[0], wide[-1]) == (10_000, 0, 99_999)
