"""Measurements: events of signals against closed forms, plain loops and expectations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.measurements import measurement as measurement_module
from neurospike_cli.events.measurements._statistics import statistics_of
from neurospike_cli.events.measurements.level_crossing import LevelCrossing, crossings
from neurospike_cli.events.measurements.population import PopulationMeasurement, values_at
from neurospike_cli.events.measurements.rate import RateMeasurement
from neurospike_cli.events.signals.signal import Signal

RNG = np.random.default_rng(0)


def signal_of(values, times=None):
    """Return a signal of rows, one a ms unless `times` are given, in µs."""
    array = np.array(values, dtype=np.float64).reshape(len(values), -1)
    rows = np.arange(len(array)) * 1000.0 if times is None else np.array(times, dtype=np.float64)
    return Signal(rows, array, None, "made")


def plain_crossings(times, values, threshold):
    """Return (time, is_up) of one channel by walking from level to level, row by row."""
    reference, found = values[0], []
    for i in range(1, len(values)):
        before, after = values[i - 1], values[i]
        while abs(after - reference) >= threshold:
            step = threshold if after > reference else -threshold
            reference += step
            share = (reference - before) / (after - before)
            found.append((times[i - 1] + share * (times[i] - times[i - 1]), step > 0))
    return found


#: Multiples of 1/8: sums and differences of them are exact, and so are levels of 1/4.
EIGHTHS = st.integers(-40, 40).map(lambda n: n / 8)


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(st.tuples(EIGHTHS, EIGHTHS), min_size=1, max_size=30),
    threshold=st.sampled_from([0.125, 0.25, 1.0, 3.0]),
    data=st.data(),
)
def test_crossings_are_those_of_the_plain_loop(values, threshold, data):
    steps = data.draw(st.lists(st.integers(0, 5), min_size=len(values), max_size=len(values)))
    times = (1000.0 * np.cumsum(steps)).tolist()
    signal = signal_of(values, times)
    found = crossings(signal, np.array([threshold, 2 * threshold]))
    for channel, size in enumerate((threshold, 2 * threshold)):
        expected = plain_crossings(signal.elapsed, signal.values[:, channel], size)
        mine = found.channels == channel
        assert found.is_up[mine].tolist() == [is_up for _, is_up in expected]
        # A share of a row is rounded twice, of 5000 µs: 1e-12 of the row's end is generous.
        np.testing.assert_allclose(
            found.times[mine], [time for time, _ in expected], rtol=1e-12, atol=1e-9
        )


@pytest.mark.parametrize("slope", [3.0, -0.69, 0.01])
@pytest.mark.parametrize("rows", [2, 1001])
def test_a_ramp_has_an_event_for_each_threshold(slope, rows):
    """Over 1 s: ⌊|s|/θ⌋ events, the k-th at kθ/|s|, rounded down to µs."""
    times = np.linspace(0.0, 1e6, rows)
    threshold = 0.07
    signal = signal_of(5.0 + slope * times * 1e-6, times)
    events = LevelCrossing(threshold=threshold, threshold_mode="absolute").events(signal, None, RNG)
    count = math.floor(abs(slope) / threshold)
    expected = np.arange(1, count + 1) * threshold / abs(slope) * 1e6
    assert len(events) == count
    # Rounded down, and 1e-3 µs of slack where a time is a whole number of µs: values near 5 are
    # rounded to 4e-16, which is 0.1 ps · 1/slope.
    assert (events["t"] <= expected + 1e-3).all()
    assert (events["t"] > expected - 1.0 - 1e-3).all()
    assert set(events["p"].tolist()) <= {int(slope > 0)}
    assert not events["x"].any()
    assert not events["y"].any()


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=40),
    threshold=st.floats(0.5, 100.0),
)
def test_events_tell_the_signal_to_a_threshold_at_all_times(values, threshold):
    signal = signal_of(values)
    found = crossings(signal, np.array([threshold]))
    asked = np.unique(np.concatenate([found.times, signal.elapsed, np.arange(0, 1e3, 99.0)]))
    asked = asked[asked <= signal.elapsed[-1]]
    sums = np.concatenate([[0.0], np.cumsum(np.where(found.is_up, threshold, -threshold))])
    told = values[0] + sums[np.searchsorted(found.times, asked, side="right")]
    value = np.interp(asked, signal.elapsed, signal.values[:, 0])
    # Values to 1e3 and up to 4e3 thresholds are rounded to 1e-13 each.
    assert np.abs(told - value).max() <= threshold * (1 + 1e-9) + 1e-9


def test_a_reversal_needs_a_whole_threshold():
    """From 0 to 1.5: ON at 1. Back to 0.5: nothing. To 0: OFF. Down to -1: OFF."""
    found = crossings(signal_of([0.0, 1.5, 0.5, 0.0, -1.0]), np.array([1.0]))
    assert found.is_up.tolist() == [True, False, False]
    np.testing.assert_allclose(found.times, [2000 / 3, 3000.0, 4000.0], rtol=1e-15)


def test_a_threshold_is_a_share_of_the_signals_own_or_of_the_learned_deviation():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(200, 2)) * [1.0, 50.0]
    signal, louder = signal_of(values), signal_of(3.0 * values)
    relative = LevelCrossing(threshold=0.5, threshold_mode="relative")
    first, second = relative.events(signal, None, RNG), relative.events(louder, None, RNG)
    assert not relative.learns
    assert len(first) == len(second)  # how strong the signal is plays no part
    learned = LevelCrossing(threshold=0.5)
    known = statistics_of([values[:50], values[:0], values[50:]])
    assert learned.learns
    np.testing.assert_allclose(known.deviation, values.std(axis=0), rtol=1e-13)
    np.testing.assert_array_equal(known.low, values.min(axis=0))
    np.testing.assert_array_equal(known.high, values.max(axis=0))
    np.testing.assert_array_equal(learned.events(signal, known, RNG), first)
    assert len(learned.events(louder, known, RNG)) > 2 * len(first)


def test_a_channel_that_never_changes_makes_no_events():
    values = np.stack([np.full(9, 0.1), np.arange(9.0)], axis=1)
    known = statistics_of([values])
    for measurement in (LevelCrossing(), PopulationMeasurement(fields=4), RateMeasurement()):
        events = measurement.events(signal_of(values), known, np.random.default_rng(0))
        assert set(events["x"].tolist()) == {1}


def test_too_many_events_are_refused(monkeypatch):
    monkeypatch.setattr(measurement_module, "MOST_EVENTS", 99)
    steep, row = signal_of([0.0, 100.0]), signal_of([1e6] * 20)
    for measurement, signal, key in (
        (LevelCrossing(threshold=1.0, threshold_mode="absolute"), steep, "threshold"),
        (PopulationMeasurement(low=0.0, high=1.0, interval=0.1), row, "interval"),
        (RateMeasurement(scale_mode="absolute"), row, "rate"),
    ):
        with pytest.raises(DataError, match="at most 99 are made of a signal") as caught:
            measurement.events(signal, None, RNG)
        assert f"data.measurement.{key}" in str(caught.value)
    huge = signal_of([-1.7e308, 1.7e308, -1.7e308])
    with pytest.raises(DataError, match="events; at most"):
        LevelCrossing(threshold_mode="absolute").events(huge, None, RNG)
    with pytest.raises(DataError, match="too large for a standard deviation"):
        LevelCrossing(threshold_mode="relative").events(huge, None, RNG)


def test_fields_answer_by_the_formula_of_bohte():
    """Every value, channel and field in a plain loop over equation and latency."""
    measurement = PopulationMeasurement(fields=6, interval=4.0, overlap=1.5, cutoff=0.1)
    values = np.random.default_rng(2).uniform(-3, 3, size=(40, 2))
    signal, known = signal_of(values), statistics_of([values * [0.5, 1.0]])
    expected = []
    for start in range(0, 39_001, 4000):  # the last row is at 39 ms
        for channel in range(2):
            low, high = known.low[channel], known.high[channel]
            value = values[start // 1000, channel]
            for k in range(1, 7):
                centre = low + (2 * k - 3) / 2 * (high - low) / 4
                sigma = (high - low) / (1.5 * 4)
                answer = math.exp(-((value - centre) ** 2) / (2 * sigma**2))
                if answer >= 0.1:
                    expected.append((start + math.floor(4000 * (1 - answer)), channel, k - 1, 1))
    events = measurement.events(signal, known, RNG)
    assert sorted(events.tolist()) == sorted(expected)
    assert (np.diff(events["t"]) >= 0).all()
    assert measurement.size(2) == (2, 6)


def test_a_given_range_needs_no_learning():
    measurement = PopulationMeasurement(fields=3, low=0.0, high=1.0)
    assert not measurement.learns
    # K = 3: centres -0.5, 0.5, 1.5. The middle one answers at once, the others not at all:
    # exp(-1/(2 · (1/1.5)²)) = 0.32 comes after 10 (1 - 0.32) ms.
    events = measurement.events(signal_of([0.5]), None, RNG)
    late = math.floor(10_000 * (1 - math.exp(-1.125)))
    assert events.tolist() == [(0, 0, 1, 1), (late, 0, 0, 1), (late, 0, 2, 1)]
    assert PopulationMeasurement(low=1.0, high=1.0).checks() == [
        ("high", "must be above low, 1; got 1")
    ]
    assert PopulationMeasurement(low=1.0).learns


def test_values_are_linear_between_rows_of_any_spacing():
    signal = signal_of([[0.0], [4.0], [4.0], [1.0]], [0.0, 4000.0, 4000.0, 7000.0])
    asked = np.array([0.0, 1000.0, 3999.0, 5000.0, 7000.0])
    np.testing.assert_allclose(values_at(signal, asked)[:, 0], [0, 1, 3.999, 3, 1], rtol=1e-15)


def test_the_number_of_poisson_events_follows_the_value():
    """Σ λ_i dt_i in each channel, over 400 recordings; the sum is Poisson too: 4 deviations."""
    rows = np.array([[0.5, -2.0], [1.5, 0.0], [-1.0, -2.0]])
    signal = signal_of(rows, [0.0, 10_000.0, 40_000.0])  # the last row lasts 20 ms, the mean
    measurement = RateMeasurement(rate=200.0, scale=2.0, scale_mode="absolute")
    # 200 Hz at 2: 100 Hz a unit; times 10, 30 and 20 ms.
    expected = np.abs(rows) * 100.0 * np.array([[0.01], [0.03], [0.02]])
    np.testing.assert_allclose(measurement.expected(signal, None), expected, rtol=1e-12)
    rng, counts = np.random.default_rng(3), np.zeros((3, 2))
    for _ in range(400):
        events = measurement.events(signal, None, rng)
        row = np.searchsorted([10_000, 40_000], events["t"], side="right")
        np.add.at(counts, (row, events["x"]), 1)
        assert (events["p"] == (rows[row, events["x"]] > 0)).all()
        assert events["t"].max(initial=0) < 60_000
    assert (np.abs(counts - 400 * expected) <= 4 * np.sqrt(400 * expected)).all()


def test_times_within_a_row_are_uniform():
    """Kolmogorov: with n = 20,000 the distance exceeds 2.2/sqrt(n) with p = 1.2e-4."""
    events = RateMeasurement(rate=1e6, scale_mode="absolute").events(
        signal_of([1.0, 1.0], [0.0, 10_000.0]), None, np.random.default_rng(4)
    )
    times = np.sort(events["t"][events["t"] < 10_000]) / 10_000
    count = len(times)
    assert np.abs(times - np.arange(count) / count).max() < 2.2 / math.sqrt(count)
