"""Every moving pattern against its closed form: brightness as a function of time, and counts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.patterns.blinking import Blinking
from neurospike_cli.events.patterns.bouncing_ball import BouncingBall
from neurospike_cli.events.patterns.checkerboard import Checkerboard
from neurospike_cli.events.patterns.crossing_bars import CrossingBars
from neurospike_cli.events.patterns.drifting_grating import DriftingGrating
from neurospike_cli.events.patterns.expanding import Expanding
from neurospike_cli.events.patterns.lissajous import Lissajous
from neurospike_cli.events.patterns.looming import Looming
from neurospike_cli.events.patterns.moving_bar import MovingBar
from neurospike_cli.events.patterns.orbiting_dot import OrbitingDot
from neurospike_cli.events.patterns.pattern import Pattern
from neurospike_cli.events.patterns.random import Random
from neurospike_cli.events.patterns.random_dots import RandomDots
from neurospike_cli.events.patterns.rotating import Rotating
from neurospike_cli.events.patterns.rotating_grating import RotatingGrating
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import discover
from tests.events.brightness import (
    ANGLES,
    PHASES,
    SIDES,
    VELOCITIES,
    assert_follows,
    direction_of,
    generator,
    pixels,
)

#: What a pattern cannot do without.
NEEDED = {
    "sum": {"patterns": [{"pattern": "moving_bar"}, {"pattern": "random"}]},
    "sequence": {"patterns": [{"pattern": "moving_bar"}, {"pattern": "random"}]},
    "mask": {"content": {"pattern": "drifting_grating"}},
}


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, VELOCITIES, PHASES, ANGLES, st.floats(0.2, 4.0))
def test_bar_is_bright_where_its_closed_form_says(w, h, velocity, phase, angle, thickness):
    ux, uy = direction_of(angle, velocity)
    s = [x * ux + y * uy for x, y in pixels(w, h)]
    period = max(s) - min(s) + 1 + thickness

    def bright(x, y, t):
        edge = min(s) + phase * period + abs(velocity) * t
        return (edge - x * ux - y * uy) % period < thickness

    pattern = MovingBar(
        velocity=velocity, phase=phase, direction=angle, width=thickness, velocity_jitter=0.0
    )
    assert_follows(pattern, w, h, bright)


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, VELOCITIES, PHASES, ANGLES, st.floats(1.0, 12.0))
def test_grating_is_bright_where_its_sine_is_positive(w, h, velocity, phase, angle, wavelength):
    ux, uy = direction_of(angle, velocity)

    def bright(x, y, t):
        behind = phase * wavelength + abs(velocity) * t - x * ux - y * uy
        return math.sin(2 * math.pi * behind / wavelength) > 0

    pattern = DriftingGrating(
        velocity=velocity, phase=phase, direction=angle, wavelength=wavelength, velocity_jitter=0.0
    )
    assert_follows(pattern, w, h, bright)


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, VELOCITIES, PHASES, st.floats(0.2, 4.0))
def test_ring_is_bright_where_its_closed_form_says(w, h, velocity, phase, thickness):
    def radius(x, y):
        return math.dist((x, y), ((w - 1) / 2, (h - 1) / 2))

    period = radius(0, 0) + 1 + thickness

    def bright(x, y, t):
        edge = phase * period + abs(velocity) * t
        return (edge - math.copysign(radius(x, y), velocity)) % period < thickness

    pattern = Expanding(velocity=velocity, phase=phase, width=thickness, velocity_jitter=0.0)
    assert_follows(pattern, w, h, bright)


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, VELOCITIES, PHASES, st.floats(0.2, 4.0))
def test_propeller_covers_what_is_near_its_axis(w, h, velocity, phase, thickness):
    def bright(x, y, t):
        angle = math.radians(180.0 * phase + velocity * t)
        dx, dy = x - (w - 1) / 2, (h - 1) / 2 - y
        # A pixel at just half the thickness is always covered, and touched from inside.
        return abs(dx * math.sin(angle) - dy * math.cos(angle)) < thickness / 2 + 1e-12

    pattern = Rotating(velocity=velocity, phase=phase, width=thickness, velocity_jitter=0.0)
    assert_follows(pattern, w, h, bright)


@settings(deadline=None, max_examples=40)
@given(SIDES, SIDES, VELOCITIES, ANGLES, PHASES, PHASES, st.floats(0.3, 4.0))
def test_ball_covers_what_is_within_its_radius(w, h, velocity, angle, px, py, radius):
    ux, uy = direction_of(angle, 1.0)
    x0, y0 = px * (w - 1), py * (h - 1)

    def folded(c, side):
        c = math.fmod(math.fmod(c, 2 * side) + 2 * side, 2 * side) if side else 0.0
        return min(c, 2 * side - c)

    def bright(x, y, t):
        middle = (folded(x0 + velocity * ux * t, w - 1), folded(y0 + velocity * uy * t, h - 1))
        return math.dist(middle, (x, y)) < radius

    pattern = BouncingBall(
        velocity=velocity, direction=angle, x=x0, y=y0, radius=radius, velocity_jitter=0.0
    )
    assert_follows(pattern, w, h, bright)


@pytest.mark.parametrize(
    ("direction", "velocity", "order"),
    [
        (0.0, 1.0, lambda x, y: x),
        (180.0, 1.0, lambda x, y: 5 - x),
        (0.0, -1.0, lambda x, y: 5 - x),
        (90.0, 1.0, lambda x, y: 3 - y),
        (-90.0, 1.0, lambda x, y: y),
    ],
)
def test_bar_reaches_each_pixel_at_its_distance_over_its_velocity(direction, velocity, order):
    # Along a row of n pixels L = n + 2: ON at distance + k L, OFF 2 ms later, all in [0, 50).
    n = 6 if direction in (0.0, 180.0) else 4
    bar = MovingBar(direction=direction, velocity=velocity, phase=0.0, velocity_jitter=0.0)
    events = bar.events(6, 4, 50.0, generator())
    for x, y in pixels(6, 4):
        own = events[(events["x"] == x) & (events["y"] == y)]
        on = [1000 * t for t in range(50) if (t - order(x, y)) % (n + 2) == 0]
        off = [1000 * t for t in range(50) if (t - order(x, y) - 2) % (n + 2) == 0]
        assert own["t"][own["p"] == 1].tolist() == on
        assert own["t"][own["p"] == 0].tolist() == off


def test_propeller_turns_against_the_clock():
    # From the horizontal, an arm reaches the pixel up right (45°) first, up left (135°) later.
    spin = Rotating(velocity=1.0, phase=0.0, width=0.5, velocity_jitter=0.0)
    on = spin.events(9, 9, 180.0, generator())
    on = on[on["p"] == 1]

    def first(x, y):
        return on["t"][(on["x"] == x) & (on["y"] == y)][0] / 1000

    half = math.degrees(math.asin(0.25 / math.hypot(4, 4)))
    assert first(8, 0) == pytest.approx(45 - half, abs=1e-3)  # rounded to µs
    assert first(0, 0) == pytest.approx(135 - half, abs=1e-3)


@pytest.mark.parametrize("name", sorted(discover(Pattern)))
def test_samples_differ_by_generator_and_by_nothing_else(name):
    pattern = discover(Pattern)[name].model_validate({"pattern": name, **NEEDED.get(name, {})})
    first, again, other = (pattern.events(16, 8, 100.0, generator(s)) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_velocity_jitter_is_at_most_its_fraction():
    # One pixel, L = 1 + 2: the time between two ON events is 3 / v, so v is known to 1e-3.
    speeds = []
    for seed in range(200):
        events = MovingBar(velocity=0.5, velocity_jitter=0.2).events(1, 1, 50.0, generator(seed))
        on = events["t"][events["p"] == 1]
        speeds.append(3 / ((on[1] - on[0]) / 1000))
    assert 0.4 - 1e-3 <= min(speeds) < 0.41
    assert 0.59 < max(speeds) <= 0.6 + 1e-3


def test_random_events_are_poisson():
    # 2,000 pixel means: mean and variance of the counts are both rate * duration = 20.
    events = Random(rate=200.0).events(50, 40, 100.0, generator())
    counts = np.bincount(events["y"].astype(int) * 50 + events["x"], minlength=2000)
    assert counts.mean() == pytest.approx(20, abs=5 * math.sqrt(20 / 2000))
    # Standard error of a variance of N Poisson counts is about 20 sqrt(2 / N).
    assert counts.var() == pytest.approx(20, abs=5 * 20 * math.sqrt(2 / 2000))
    assert events["p"].mean() == pytest.approx(0.5, abs=5 * 0.5 / math.sqrt(len(events)))
    assert events["t"].mean() == pytest.approx(
        50_000, abs=5 * 100_000 / math.sqrt(12 * len(events))
    )


MOVING = sorted(n for n, kind in discover(Pattern).items() if "velocity" in kind.model_fields)


@pytest.mark.parametrize("name", MOVING)
def test_what_does_not_move_is_refused(name):
    with pytest.raises(ValueError, match="must not be 0"):
        discover(Pattern)[name](velocity=0.0)


@pytest.mark.parametrize(
    "pattern",
    [
        MovingBar(velocity=1000.0),
        DriftingGrating(velocity=1000.0, wavelength=0.1),
        BouncingBall(velocity=1000.0),
        Random(rate=1e6),
        Blinking(frequency=1e5),
        Checkerboard(frequency=1e5),
        CrossingBars(velocity=1000.0),
        Lissajous(velocity=1000.0),
        Looming(velocity=100.0),
        OrbitingDot(velocity=1000.0),
        RandomDots(velocity=1000.0, density=1e-4),
        RotatingGrating(velocity=1000.0),
    ],
)
def test_a_recording_that_fits_into_no_memory_is_refused(pattern):
    with pytest.raises(DataError, match="at most 50,000,000"):
        pattern.events(1000, 1000, 1e6, generator())


def test_public_api_makes_128_channels_and_100_steps():
    stream = EventStream(width=16, height=8)
    events = stream.generate_synthetic_events(pattern="moving_bar")
    train = stream.encode_to_spike_train(events)
    assert (train.n_channels, train.n_steps, train.dt) == (128, 100, 1.0)
    assert train.nnz > 0
    longer = stream.generate_synthetic_events(pattern="rotating", duration=150.0, velocity=-2.0)
    assert stream.encode_to_spike_train(longer).n_steps == 150
    assert stream.encode_to_spike_train(longer, dt=2.0, duration=50.0).n_steps == 25


def test_public_api_names_the_patterns_there_are():
    with pytest.raises(UsageError, match="unknown pattern `bar`; expected one of blinking, "):
        EventStream(width=4, height=4).generate_synthetic_events(pattern="bar")
