"""The camera's kernel against closed forms and against a plain loop over small steps of time."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.events.camera.camera import LEAST_THRESHOLD, Camera
from neurospike_cli.events.camera.pixels import Pixels, draw_pixels, settled
from neurospike_cli.events.camera.recording import record
from neurospike_cli.events.truth import Truth
from tests.events.camera_oracle import answers, exposures_of, plain_events

#: Of a time of 1e5 µs the last bit is 1.5e-11 µs; a crossing is found to 1e-7, and `CLOSE` moves it
#: by 1e-10 / slope.
EXACT = 1e-5


def times_of(events):
    return [t for t, _ in events]


@settings(deadline=None, max_examples=60)
@given(
    st.floats(-5.0, 5.0).filter(lambda change: abs(change) > 0.01),
    st.floats(0.05, 1.0),
    st.integers(1, 10_000),
)
def test_a_ramp_has_an_event_at_every_threshold(change, threshold, length):
    camera = Camera(threshold_on=threshold, threshold_off=threshold)
    (events,) = answers(camera, [[(500, 500 + length, 0.0, change)]])
    count = math.floor((abs(change) + 1e-9) / threshold)
    slope = abs(change) / length
    assert times_of(events) == pytest.approx(
        [500 + k * threshold / slope for k in range(1, count + 1)], abs=1e-10 / slope + 1e-6
    )
    assert all(p == (change > 0) for _, p in events)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_step_has_floor_of_its_size_at_once(sign):
    # 0.6 / 0.2 is below 3 in floating point, and 3 events none the less.
    for size, count in ((0.6, 3), (0.5999, 2), (1.0, 5), (0.19, 0)):
        (events,) = answers(Camera(), [[(0, 100, 0, 0), (100, 900, sign * size, sign * size)]])
        assert events == [(100.0, sign > 0)] * count


@pytest.mark.parametrize("bandwidth", [10.0, 300.0, 3000.0])
def test_a_step_through_the_low_pass_fires_when_the_exponential_says(bandwidth):
    camera = Camera(bandwidth=bandwidth, threshold_on=0.15)
    tau = 1e6 / (2 * math.pi * bandwidth)
    (events,) = answers(camera, [[(0, 1000, 0, 0), (1000, 1000 + 40 * tau, 1.0, 1.0)]])
    expected = [1000 - tau * math.log(1 - 0.15 * k) for k in range(1, 7)]
    # d' = exp(-u/tau)/tau is 0.1/tau at the last: `CLOSE` moves it by 1e-9 tau.
    assert times_of(events) == pytest.approx(expected, abs=EXACT + 1e-9 * tau)


def test_constant_light_leaks_at_its_rate_from_the_beginning_on():
    camera = Camera(leak_rate=0.5, threshold_sigma=0.03)
    events = answers(camera, [[(0, 20e6, -1.0, -1.0)]] * 50)
    assert {len(of) for of in events} == {10}  # 0.5 Hz × 20 s, wherever the first one is
    assert all(p for of in events for _, p in of)
    intervals = np.diff([times_of(of) for of in events], axis=1)
    assert np.abs(intervals - 2e6).max() < 0.01  # `CLOSE` at a slope of 1e-7 per µs
    first = np.array([of[0][0] for of in events]) / 2e6
    # Uniform in 0 … 1: mean 1/2 with the standard error 1/sqrt(12 n).
    assert first.mean() == pytest.approx(0.5, abs=4 / math.sqrt(12 * 50))
    assert (first.min() > 0, first.max() < 1) == (True, True)


def test_after_an_event_the_reference_is_the_light_at_the_end_of_the_dead_time():
    camera = Camera(refractory_period="2 ms")
    # A ramp of 1 per 10 ms: 2 ms to the first event, then each 2 ms of dead time and 2 ms more.
    (events,) = answers(camera, [[(0, 20_000, 0.0, 2.0)]])
    assert times_of(events) == pytest.approx([2000, 6000, 10_000, 14_000, 18_000], abs=EXACT)
    # A step of many thresholds has one event; one within the dead time has none.
    pieces = [(0, 1000, 0, 0), (1000, 2000, 1, 1), (2000, 9000, 3, 3), (9000, 9999, 3.5, 3.5)]
    (events,) = answers(camera, [pieces])
    assert events == [(1000.0, True), (9000.0, True)]


def random_course(rng, pieces=6, length=400):
    """Exposures of one pixel: lines that join, and steps between some of them."""
    levels = rng.normal(0.0, 0.8, pieces + 1)
    course = []
    for k in range(pieces):
        begins = levels[k] if rng.random() < 0.6 else rng.normal(0.0, 0.8)
        begins, ends = (begins, begins) if rng.random() < 0.2 else (begins, levels[k + 1])
        course.append((k * length, (k + 1) * length, float(begins), float(ends)))
    return course


@pytest.mark.parametrize("bandwidth", [None, 200.0, 3000.0])
@pytest.mark.parametrize("refractory_period", [0.0, 0.1, 0.7])
@pytest.mark.parametrize("leak_rate", [0.0, 800.0])
def test_pixels_answer_as_the_plain_loop(bandwidth, refractory_period, leak_rate):
    rng = np.random.default_rng(5)
    camera = Camera(
        bandwidth=bandwidth, refractory_period=refractory_period, leak_rate=leak_rate,
        threshold_on=0.11, threshold_off=0.17,
    )  # fmt: skip
    courses = [random_course(rng) for _ in range(12)]
    on, off = rng.uniform(0.08, 0.3, (2, 12))
    pixels = Pixels(on=on, off=off, is_hot=np.zeros(12, bool), leak=leak_rate * 1e-6 * on)
    exposures = exposures_of(courses)
    memory = settled(Camera(), pixels, exposures[0].begins, rng)
    fired = record(camera, pixels, memory, exposures, rng)
    number = np.concatenate([wave.pixels for wave in fired])
    time = np.concatenate([wave.time for wave in fired])
    polarity = np.concatenate([wave.is_on for wave in fired])
    for i, course in enumerate(courses):
        expected = plain_events(camera, on[i], off[i], pixels.leak[i], course)
        own = number == i
        assert polarity[own].tolist() == [p for _, p in expected]
        # The bend within a step of 1 µs, (decay step)² / 8 of the light, passes in 0.1 µs; of an
        # event that only just happens, in more.
        assert time[own] == pytest.approx([t for t, _ in expected], abs=0.3)
    assert len(time) >= 20


@settings(deadline=None, max_examples=50)
@given(
    st.integers(0, 2**32),
    st.lists(st.integers(1, 2399), max_size=8),
    st.sampled_from([None, 300.0]),
    st.sampled_from([0.0, 0.3]),
)
def test_how_exposures_are_cut_changes_no_event(seed, cuts, bandwidth, refractory_period):
    rng = np.random.default_rng(seed)
    course = random_course(rng)
    edges = sorted({*cuts, *(k * 400 for k in range(7))})
    cut = []
    for start, stop in pairwise(edges):
        whole = next(piece for piece in course if piece[0] <= start < piece[1])
        slope = (whole[3] - whole[2]) / 400
        cut.append((start, stop, *(whole[2] + slope * (t - whole[0]) for t in (start, stop))))
    camera = Camera(bandwidth=bandwidth, refractory_period=refractory_period, leak_rate=20.0)
    (whole,), (parts,) = answers(camera, [course]), answers(camera, [cut])
    assert [p for _, p in parts] == [p for _, p in whole]
    assert times_of(parts) == pytest.approx(times_of(whole), abs=1e-3)


def test_shot_noise_falls_with_the_light_and_is_half_on():
    camera = Camera(contrast=2.0, shot_rate=20.0, shot_rate_bright=0.25)
    dark, bright = math.exp(-2.0), 1.0
    for level, light in ((-2.0, dark), (0.0, bright)):
        events = answers(camera, [[(0, 2e6, level, level)]] * 1000)
        found = [p for of in events for _, p in of]
        expected = 20.0 * (1 - 0.75 * light) * 2 * 1000
        assert len(found) == pytest.approx(expected, abs=4 * math.sqrt(expected))
        assert np.mean(found) == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(expected))
        counts = np.array([len(of) for of in events])
        # Poisson: the variance is the mean, with the standard error sqrt(2/n) of it.
        assert counts.var() / counts.mean() == pytest.approx(1.0, abs=4 * math.sqrt(2 / 1000))


def test_shot_noise_follows_light_that_changes():
    camera = Camera(contrast=3.0, shot_rate=100.0, shot_rate_bright=0.0, threshold_on=20.0)
    events = answers(camera, [[(0, 1e6, -3.0, 0.0)]] * 1000)
    times = np.array([t for of in events for t, _ in of]) / 1e6
    # Rate 100 (1 - exp(-3 (1 - s))): the integral over 0 … 1 is 100 (1 - (1 - e^-3)/3).
    expected = 1e5 * (1 - (1 - math.exp(-3)) / 3)
    assert len(times) == pytest.approx(expected, abs=4 * math.sqrt(expected))
    late = 1e5 * (0.5 - (1 - math.exp(-1.5)) / 3)
    assert (times > 0.5).sum() == pytest.approx(late, abs=4 * math.sqrt(late))


def test_a_noise_event_sets_the_reference_and_the_dead_time_swallows_noise():
    # 2 kHz of noise with a dead time of 1 ms: 1 / (1/2 + 1) events per ms.
    camera = Camera(shot_rate=2000.0, refractory_period=1.0)
    events = answers(camera, [[(0, 1e6, -9.0, -9.0)]] * 20)
    assert min(np.diff(times_of(of)).min() for of in events) >= 1000.0
    count = sum(map(len, events))
    # The intervals' coefficient of variation is 1 - r t_ref = 1/3.
    assert count == pytest.approx(20 * 1000 / 1.5, abs=4 / 3 * math.sqrt(20 * 1000 / 1.5))
    # Noise far faster than the ramp resets the reference before it reaches a threshold.
    still = Camera(shot_rate=10_000.0, shot_rate_bright=1.0)
    (events,) = answers(still, [[(0, 1e6, -1.0, 0.0)]])
    assert len(events) == pytest.approx(10_000, abs=4 * 100)
    assert np.mean([p for _, p in events]) == pytest.approx(0.5, abs=4 * 0.005)


def test_every_event_says_what_made_it():
    camera = Camera(leak_rate=1.0, hot_pixels=1, hot_rate=50.0, shot_rate=1.0, shot_rate_bright=1.0)
    rng = np.random.default_rng(0)
    pixels = draw_pixels(camera, 40, rng)
    hot = np.flatnonzero(pixels.is_hot)
    assert len(hot) == 1
    level = np.full(40, -1.0)
    memory = settled(camera, pixels, level, rng)
    # A step of 1 after 10 s of constant light.
    course = [[(0, 10e6, -1.0, -1.0), (10e6, 20e6, 0.0, 0.0)]] * 40
    fired = record(camera, pixels, memory, exposures_of(course), rng)
    joined = [np.concatenate(parts) for parts in zip(*fired, strict=True)]
    number, time, is_on, truth = joined
    assert set(number[truth == Truth.HOT]) == set(hot)
    assert set(time[truth == Truth.SIGNAL]) == {10e6}
    # The step is 5 thresholds, and with what had leaked before up to 6.
    counts = np.bincount(number[truth == Truth.SIGNAL], minlength=40)
    assert set(counts) <= {5, 6}
    assert is_on[truth == Truth.LEAK].all()
    others = number[truth == Truth.LEAK] != hot[0]
    # Shot noise at 1 Hz resets the leak, whose interval is 1 s: it gets through with the
    # probability e^-1, so that leak events come at 1 / (e - 1) Hz (renewal), 454 ± 21 of them.
    assert others.sum() == pytest.approx(39 * 20 / (math.e - 1), rel=0.19)


def test_a_hot_pixel_has_shot_noise_too():
    # 100 hot pixels for 2 s: 50 Hz in any light, and 20 Hz × (1 - 0.75) of shot noise in white.
    camera = Camera(shot_rate=20.0, hot_pixels=100, hot_rate=50.0)
    rng = np.random.default_rng(0)
    pixels = draw_pixels(camera, 100, rng)
    memory = settled(camera, pixels, np.zeros(100), rng)
    exposures = exposures_of([[(0, 2e6, 0.0, 0.0)]] * 100)
    fired = record(camera, pixels, memory, exposures, rng)
    truth = np.concatenate([wave.truth for wave in fired])
    for kind, rate in ((Truth.HOT, 50.0), (Truth.SHOT, 5.0)):
        mean = rate * 2 * 100
        assert (truth == kind).sum() == pytest.approx(mean, abs=4 * math.sqrt(mean))


def truths(camera, course):
    """Return (t, truth) of the events of one pixel that begins without anything leaked."""
    rng = np.random.default_rng(0)
    pixels = draw_pixels(camera, 1, rng)
    memory = settled(Camera(), pixels, np.array([course[0][2]]), rng)
    fired = record(camera, pixels, memory, exposures_of([course]), rng)
    return [(float(wave.time[0]), int(wave.truth[0])) for wave in fired]


def test_what_is_faster_at_the_time_decides_between_leak_and_signal():
    # The reference sinks by 0.2 a second: light that rises more slowly only helps the leak.
    camera = Camera(leak_rate=1.0)
    for rise, truth in ((0.19, Truth.LEAK), (0.21, Truth.SIGNAL)):
        ((t, found),) = truths(camera, [(0, 0.9e6, 0.0, 0.9 * rise)])
        assert (t, found) == (pytest.approx(0.2e6 / (0.2 + rise), abs=0.01), truth)
    # After 0.9 s of leak a step of 0.15 comes early; 0.13 of it are left for the next one.
    course = [(0, 0.9e6, 0.0, 0.0), (0.9e6, 1.3e6, 0.15, 0.15)]
    (first, second) = truths(camera, course)
    assert first == (0.9e6, Truth.SIGNAL)
    assert second == (pytest.approx(0.9e6 + 0.07e6 / 0.2, abs=0.01), Truth.LEAK)
    # Through the low-pass, tau = 1.59 ms, the same step needs tau ln(0.15 / 0.13).
    slow = Camera(leak_rate=1.0, bandwidth=100.0)
    (first, second) = truths(slow, course)
    assert first == (pytest.approx(0.9e6 + 227.7, abs=1.0), Truth.SIGNAL)
    assert second[1] == Truth.LEAK
    # Sinking makes ON events only.
    ((_, found),) = truths(camera, [(0, 1e6, 0.0, -0.45)])
    assert found == Truth.SIGNAL


def test_thresholds_are_normal_and_none_is_below_the_least():
    camera = Camera(threshold_on=0.2, threshold_off=0.3, threshold_sigma=0.03)
    pixels = draw_pixels(camera, 100_000, np.random.default_rng(1))
    for drawn, mean in ((pixels.on, 0.2), (pixels.off, 0.3)):
        assert drawn.mean() == pytest.approx(mean, abs=4 * 0.03 / math.sqrt(1e5))
        assert drawn.std() == pytest.approx(0.03, abs=4 * 0.03 / math.sqrt(2e5))
    assert abs(np.corrcoef(pixels.on, pixels.off)[0, 1]) < 4 / math.sqrt(1e5)
    wide = draw_pixels(Camera(threshold_sigma=0.1), 100_000, np.random.default_rng(1))
    assert wide.on.min() > LEAST_THRESHOLD
    # Of a normal distribution a share Φ(-1.9) = 2.9 % would be below; none piles up at the edge.
    assert (wide.on < LEAST_THRESHOLD + 0.001).mean() < 0.002


def test_checks_name_what_does_not_fit():
    assert Camera().checks(4, 4) == []
    assert Camera(threshold_sigma=0.11).checks(4, 4) == [
        ("threshold_sigma", "must be at most half of the lower threshold, 0.1; got 0.11")
    ]
    assert Camera(hot_pixels=17).checks(4, 4) == [
        ("hot_pixels", "must be at most the 16 pixels of the sensor; got 17")
    ]
