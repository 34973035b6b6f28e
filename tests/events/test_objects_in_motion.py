"""Dots, bars and squares in motion, and light in its place, against their closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from neurospike_cli.errors import DataError
from neurospike_cli.events.patterns.blinking import Blinking
from neurospike_cli.events.patterns.checkerboard import Checkerboard
from neurospike_cli.events.patterns.crossing_bars import CrossingBars
from neurospike_cli.events.patterns.drifting_grating import DriftingGrating
from neurospike_cli.events.patterns.lissajous import Lissajous
from neurospike_cli.events.patterns.looming import Looming
from neurospike_cli.events.patterns.moving_bar import MovingBar
from neurospike_cli.events.patterns.orbiting_dot import OrbitingDot
from neurospike_cli.events.patterns.random_dots import RandomDots
from neurospike_cli.events.patterns.rotating_grating import RotatingGrating
from tests.events.brightness import (
    ANGLES,
    DURATION,
    PHASES,
    SIDES,
    VELOCITIES,
    assert_follows,
    direction_of,
    generator,
    pixels,
)

TURNS = st.floats(0.5, 20.0) | st.floats(-20.0, -0.5)
PAIRS = st.tuples(st.integers(1, 5), st.integers(1, 5))
OBLIQUE = st.tuples(ANGLES, st.floats(10.0, 170.0))
THICKNESSES = st.floats(0.2, 4.0)
FREQUENCIES = st.floats(5.0, 300.0)


def steady(kind, **parameters):
    return kind(velocity_jitter=0.0, **parameters)


def at(events, x, y, p):
    return events["t"][(events["x"] == x) & (events["y"] == y) & (events["p"] == p)].tolist()


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, TURNS, PHASES, st.floats(0.3, 4.0), st.floats(0.3, 6.0))
def test_orbiting_dot_covers_what_is_within_its_radius(w, h, velocity, phase, radius, orbit):
    def bright(x, y, t):
        angle = math.radians(360.0 * phase + velocity * t)
        dot = (w - 1) / 2 + orbit * math.cos(angle), (h - 1) / 2 - orbit * math.sin(angle)
        # A pixel in the middle may be at just the radius for ever: such a one counts as outside.
        return math.dist(dot, (x, y)) < radius - 1e-12

    pattern = steady(OrbitingDot, velocity=velocity, phase=phase, radius=radius, orbit=orbit)
    assert_follows(pattern, w, h, bright)


def test_orbiting_dot_passes_each_pixel_of_its_circle_once_a_turn():
    # 2 degrees/ms: 180 ms a turn, from the right; the dot of radius 1 covers the four pixels on
    # its circle of radius 4 for 2 * 2 asin(1/8) degrees, about 0, 90, 180 and 270 degrees.
    pattern = steady(OrbitingDot, velocity=2.0, phase=0.0, radius=1.0, orbit=4.0)
    events = pattern.events(11, 11, 360.0, generator())
    half = math.degrees(2 * math.asin(1 / 8)) / 2.0
    for quarter, (x, y) in enumerate([(9, 5), (5, 1), (1, 5), (5, 9)]):
        middles = [90 / 2 * quarter + 180 * turn for turn in (0, 1, 2)]
        on = [round((m - half) * 1000) for m in middles if 0 <= m - half < 360]
        off = [round((m + half) * 1000) for m in middles if 0 <= m + half < 360]
        assert at(events, x, y, 1) == pytest.approx(on, abs=1)
        assert at(events, x, y, 0) == pytest.approx(off, abs=1)


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, TURNS, PHASES, st.integers(1, 8))
def test_wheel_is_bright_where_its_sine_is_positive(w, h, velocity, phase, sectors):
    def bright(x, y, t):
        dx, dy = x - (w - 1) / 2, (h - 1) / 2 - y
        angle = math.degrees(math.atan2(dy, dx)) * math.copysign(1.0, velocity)
        behind = phase * 360 / sectors + abs(velocity) * t - angle
        return (dx, dy) != (0, 0) and math.sin(math.radians(behind * sectors)) > 0

    pattern = steady(RotatingGrating, velocity=velocity, phase=phase, sectors=sectors)
    assert_follows(pattern, w, h, bright)


def test_wheel_turns_against_the_clock():
    # One sector, 1 degree/ms: its edge is at the right at 0, up (90 degrees) after 90 ms.
    events = steady(RotatingGrating, velocity=1.0, phase=0.0, sectors=1).events(
        3, 3, 360.0, generator()
    )
    ways = {(2, 1): 0, (1, 0): 90, (0, 1): 180, (1, 2): 270}
    for (x, y), arrival in ways.items():
        assert at(events, x, y, 1) == [arrival * 1000]
        assert at(events, x, y, 0) == [(arrival + 180) % 360 * 1000]
    assert len(events) == 16  # two in each pixel but the one in the middle


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, VELOCITIES, PHASES, st.floats(0.5, 6.0))
def test_looming_square_is_as_large_as_its_distance_says(w, h, velocity, phase, size):
    contact = size / 2 / abs(velocity)

    def bright(x, y, t):
        time = (phase * contact + t) % contact
        left = contact - time if velocity > 0 else time  # until contact, or since
        distance = max(abs(x - (w - 1) / 2), abs(y - (h - 1) / 2))
        return distance <= size / 2 or distance * left < size / 2 * contact

    pattern = steady(Looming, velocity=velocity, phase=phase, size=size)
    assert_follows(pattern, w, h, bright)


def test_looming_square_doubles_when_half_of_the_time_is_left():
    # Half side 1, 0.02 px/ms: contact at 50 ms; distance 2 at 25 ms, 4 at 37.5 ms.
    events = steady(Looming, velocity=0.02, phase=0.0, size=2.0).events(9, 9, 100.0, generator())
    assert at(events, 6, 4, 1) == [25_000, 75_000]
    assert at(events, 4, 0, 1) == [37_500, 87_500]
    assert at(events, 6, 4, 0) == at(events, 4, 0, 0) == [50_000]
    assert len(events) == 3 * (81 - 9)
    back = steady(Looming, velocity=-0.02, phase=0.0, size=2.0).events(9, 9, 100.0, generator())
    assert at(back, 6, 4, 1) == [0, 50_000]
    assert at(back, 6, 4, 0) == [25_000, 75_000]
    assert at(back, 4, 0, 0) == [12_500, 62_500]


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, VELOCITIES, PHASES, st.tuples(ANGLES, ANGLES), THICKNESSES)
def test_crossing_bars_are_bright_where_either_is(w, h, velocity, phase, angles, thickness):
    def near(x, y, t, angle):
        ux, uy = direction_of(angle, velocity)
        s = [i * ux + j * uy for i, j in pixels(w, h)]
        period = max(s) - min(s) + 1 + thickness
        edge = min(s) + phase * period + abs(velocity) * t
        return (edge - x * ux - y * uy) % period < thickness

    first, turn = angles
    pattern = steady(
        CrossingBars,
        **{"velocity": velocity, "phase": phase, "direction": first, "angle": turn},
        width=thickness,
    )
    assert_follows(
        pattern, w, h, lambda x, y, t: near(x, y, t, first) or near(x, y, t, first + turn)
    )


def test_crossing_bars_share_the_events_of_their_meeting():
    # Right and up over 6×6 px from the corner, 1 px/ms, L = 8: pixel (x, y) is covered in
    # [x, x + 2) and [5 - y, 7 - y) + 8 k. Whole ms tell everything.
    pattern = steady(CrossingBars, velocity=1.0, phase=0.0, direction=0.0)
    events = pattern.events(6, 6, 16.0, generator())
    for x, y in pixels(6, 6):
        lit = [(t - x) % 8 < 2 or (t - 5 + y) % 8 < 2 for t in range(-1, 16)]
        on = [1000 * t for t in range(16) if lit[t + 1] and (t == 0 or not lit[t])]
        on = [t for t in on if t or not (lit[0] and lit[1])]
        off = [1000 * t for t in range(16) if lit[t] and not lit[t + 1]]
        assert at(events, x, y, 1) == on, (x, y)
        assert at(events, x, y, 0) == off, (x, y)


@settings(deadline=None, max_examples=40)
@given(
    SIDES,
    SIDES,
    TURNS,
    PHASES,
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    ANGLES,
    THICKNESSES,
)
def test_lissajous_dot_covers_what_is_within_its_square(w, h, velocity, phase, turns, shift, size):
    m, n = turns

    def bright(x, y, t):
        angle = 360.0 * phase + velocity * t
        across = max((w - size) / 2, 0.5) * math.sin(math.radians(m * angle + shift))
        down = -max((h - size) / 2, 0.5) * math.sin(math.radians(n * angle))
        dx, dy = x - (w - 1) / 2 - across, y - (h - 1) / 2 - down
        return max(abs(dx), abs(dy)) < size / 2

    pattern = steady(
        Lissajous,
        **{"velocity": velocity, "phase": phase, "size": size, "shift": shift},
        x_turns=m,
        y_turns=n,
    )
    assert_follows(pattern, w, h, bright)


def test_lissajous_dot_swings_as_a_sine():
    # One row: x(t) = 4 + 4 sin(t degrees), side 1. Its edge reaches 7.5 - 0.5 (pixel 7) when
    # the sine is 5/8, and leaves pixel 7 for the right when it is 7/8.
    pattern = steady(Lissajous, velocity=1.0, phase=0.0, size=1.0, x_turns=1, y_turns=1, shift=0.0)
    events = pattern.events(9, 1, 360.0, generator())
    rise, fall = (1000 * math.degrees(math.asin(s)) for s in (5 / 8, 7 / 8))
    assert at(events, 7, 0, 1) == pytest.approx([rise, 180_000 - fall], abs=1)
    assert at(events, 7, 0, 0) == pytest.approx([fall, 180_000 - rise], abs=1)


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, VELOCITIES, ANGLES, st.floats(0.0, 1.0), st.floats(0.3, 2.5))
def test_random_dots_cover_what_is_within_their_radius(w, h, velocity, angle, coherence, radius):
    pattern = steady(
        RandomDots,
        **{"velocity": velocity, "direction": angle, "coherence": coherence},
        radius=radius,
        density=0.05,
    )
    side = math.dist((0, 0), (w - 1, h - 1)) + 2 * radius
    dots = pattern.dots(side, generator())
    assert len(dots.along) == round(0.05 * side**2)
    together = round(coherence * len(dots.along))
    ahead = angle + (180.0 if velocity < 0 else 0.0)
    assert dots.directions[:together].tolist() == pytest.approx([ahead] * together)

    def bright(x, y, t):
        for s_0, w_0, direction in zip(*dots[:3], strict=True):
            ux, uy = direction_of(direction, 1.0)
            dx, dy = x - (w - 1) / 2, y - (h - 1) / 2
            # How far it is ahead of the dot, to the nearest of its copies.
            ahead = (dx * ux + dy * uy - s_0 - abs(velocity) * t + side / 2) % side - side / 2
            if math.hypot(ahead, dy * ux - dx * uy - w_0) < radius:
                return True
        return False

    assert_follows(pattern, w, h, bright)


def test_directions_of_other_dots_are_uniform():
    # 4 sectors of 90 degrees, standard deviation below sqrt(n / 4).
    pattern = RandomDots(coherence=0.25, density=1.0, direction=45.0)
    found = pattern.dots(100.0, generator()).directions
    assert (found == 45.0).sum() == 2500
    counts = np.bincount((found[2500:] // 90).astype(int), minlength=4)
    assert np.abs(counts - 1875).max() < 5 * math.sqrt(7500 / 4)


def test_too_many_dots_are_refused():
    with pytest.raises(DataError, match="too many for random_dots"):
        RandomDots(density=1.0).events(300, 300, 1.0, generator())


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, FREQUENCIES, PHASES, st.integers(1, 5))
def test_board_changes_places_every_half_period(w, h, frequency, phase, size):
    def bright(x, y, t):
        turns = t * frequency / 1000 + phase - (x // size + y // size) % 2 / 2
        return turns % 1 < 0.5

    pattern = Checkerboard(frequency=frequency, phase=phase, size=size, frequency_jitter=0.0)
    assert_follows(pattern, w, h, bright)


def test_board_has_two_events_a_period_in_each_pixel():
    events = Checkerboard(frequency=50.0, phase=0.25, frequency_jitter=0.0).events(
        8, 8, 100.0, generator()
    )
    assert len(events) == 5 * 2 * 64
    assert np.unique(events["t"]).tolist() == list(range(5_000, 100_000, 10_000))
    assert at(events, 0, 0, 0)[0] == at(events, 4, 0, 1)[0] == at(events, 4, 4, 0)[0] == 5_000


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, FREQUENCIES, PHASES, st.floats(0.05, 0.95), PHASES, st.floats(0.3, 5.0))
def test_light_is_on_for_its_share_of_the_time(w, h, frequency, phase, duty, place, radius):
    middle = place * (w - 1), place * (h - 1)

    def bright(x, y, t):
        on = (t * frequency / 1000 + phase) % 1 < duty
        near = (x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2
        return on and near

    pattern = Blinking(
        **{"frequency": frequency, "phase": phase, "duty": duty, "radius": radius},
        **{"x": middle[0], "y": middle[1]},
        frequency_jitter=0.0,
    )
    assert_follows(pattern, w, h, bright)


def test_frequency_jitter_is_at_most_its_fraction():
    rates = []
    for seed in range(200):
        events = Blinking(frequency=100.0, frequency_jitter=0.2, radius=9.0).events(
            1, 1, 50.0, generator(seed)
        )
        on = events["t"][events["p"] == 1]
        rates.append(1e6 / (on[1] - on[0]))
    assert 80.0 - 0.1 <= min(rates) < 82.0
    assert 118.0 < max(rates) <= 120.0 + 0.1


@settings(deadline=None, max_examples=30)
@given(SIDES, SIDES, VELOCITIES, OBLIQUE, THICKNESSES, st.booleans())
def test_bar_that_lies_askew_covers_what_its_motion_brings(w, h, velocity, angles, thick, dark):
    angle, between = angles
    lying = angle + between - math.copysign(360.0, angle + between) * (abs(angle + between) > 360)
    # Followed in two dimensions: a line along `lying` through a point that moves.
    nx, ny = -math.sin(math.radians(lying)), -math.cos(math.radians(lying))
    vx, vy = direction_of(angle, velocity)
    sign = math.copysign(1.0, vx * nx + vy * ny)
    s = [sign * (x * nx + y * ny) for x, y in pixels(w, h)]
    period = max(s) - min(s) + 1 + thick

    def bright(x, y, t):
        moved = abs(velocity) * sign * (vx * nx + vy * ny) * t
        covered = (min(s) + moved - sign * (x * nx + y * ny)) % period < thick
        return covered != dark

    pattern = steady(
        MovingBar,
        **{"velocity": velocity, "direction": angle, "orientation": lying, "dark": dark},
        phase=0.0,
        width=thick,
    )
    assert_follows(pattern, w, h, bright)


def test_dark_bar_has_the_same_events_with_on_and_off_swapped():
    light = MovingBar(direction=30.0).events(8, 8, DURATION, generator(3))
    dark = MovingBar(direction=30.0, dark=True).events(8, 8, DURATION, generator(3))
    for name in ("t", "x", "y"):
        assert np.array_equal(light[name], dark[name])
    assert np.array_equal(light["p"], 1 - dark["p"])


def test_bar_that_moves_along_itself_is_refused():
    with pytest.raises(ValidationError, match="a bar that moves along itself makes no events"):
        MovingBar(direction=0.0, orientation=180.0)


@pytest.mark.parametrize("kind", [MovingBar, DriftingGrating, CrossingBars, RandomDots])
def test_direction_is_random_where_none_is_given(kind):
    fixed, drawn = kind(direction=0.0), kind(direction=None)
    samples = [drawn.events(12, 12, 100.0, generator(seed)) for seed in (1, 1, 2)]
    assert np.array_equal(samples[0], samples[1])
    assert not np.array_equal(samples[0], samples[2])
    assert not np.array_equal(samples[0], fixed.events(12, 12, 100.0, generator(1)))
