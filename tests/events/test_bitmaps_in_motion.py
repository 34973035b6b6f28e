"""Glyphs and textures in motion against a look-up in the bitmap at many times."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from neurospike_cli.errors import DataError
from neurospike_cli.events.patterns._font import bitmap_of
from neurospike_cli.events.patterns.glyphs import Glyphs
from neurospike_cli.events.patterns.texture import Texture
from tests.events.brightness import (
    ANGLES,
    PHASES,
    VELOCITIES,
    assert_follows,
    direction_of,
    generator,
)

SIDES = st.integers(1, 8)
# Whole directions make ties of rows, columns and corners; others have none.
DIRECTIONS = st.integers(-8, 8).map(lambda n: 45.0 * n) | ANGLES
CELLS = st.sampled_from([0.5, 1.0, 2.0]) | st.floats(0.3, 3.0)


def is_lit(bitmap, column, row):
    i, j = math.floor(row), math.floor(column)
    return bool(0 <= i < bitmap.shape[0] and 0 <= j < bitmap.shape[1] and bitmap[i, j])


def is_near_a_border(*coordinates):
    return any(abs(c - round(c)) < 1e-6 for c in coordinates)


@settings(deadline=None, max_examples=40)
@given(SIDES, SIDES, VELOCITIES, PHASES, ANGLES, CELLS, st.sampled_from(["A", "8", "X7"]))
def test_pixel_is_bright_under_a_lit_cell(w, h, velocity, phase, angle, size, text):
    bitmap = bitmap_of(text)
    wide, high = bitmap.shape[1] * size, bitmap.shape[0] * size
    ux, uy = direction_of(angle, velocity)
    extent = wide * abs(ux) + high * abs(uy)
    field = (w - 1) * abs(ux) + (h - 1) * abs(uy)

    def bright(x, y, t):
        period = field + extent + 1
        s = (phase * period + abs(velocity) * t) % period - (field + extent) / 2
        left = (w - 1) / 2 + s * ux - wide / 2
        top = (h - 1) / 2 + s * uy - high / 2
        return is_lit(bitmap, (x - left) / size, (y - top) / size)

    pattern = Glyphs(
        **{"text": text, "size": size, "velocity": velocity, "direction": angle},
        phase=phase,
        velocity_jitter=0.0,
    )
    if not is_near_a_border(uy, ux):  # a pixel that goes along a border is on either side of it
        assert_follows(pattern, w, h, bright)


@pytest.mark.parametrize("character", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
def test_each_row_of_a_glyph_makes_as_many_events_as_it_has_strokes(character):
    # To the right at 1 px/ms, cells of 1 px, 11×7 px: row y of the text passes row y of the sensor
    # once in L = 10 + 5 + 1 ms. The text begins with its right end at the first pixel's middle.
    events = Glyphs(text=character, size=1.0, velocity=1.0, phase=0.0, velocity_jitter=0.0).events(
        11, 7, 16.0, generator()
    )
    bitmap = bitmap_of(character)
    for y in range(7):
        row = [False, *bitmap[y].tolist(), False]
        starts = [5 - j for j in range(6) if row[j] and not row[j + 1]]  # right ends arrive first
        ends = [5 - j for j in range(6) if not row[j] and row[j + 1]]
        for x in (0, 4, 10):
            own = events[(events["x"] == x) & (events["y"] == y)]
            assert own["t"][own["p"] == 1].tolist() == [1000 * (x + s) for s in reversed(starts)]
            assert own["t"][own["p"] == 0].tolist() == [1000 * (x + e) for e in reversed(ends)]


@pytest.mark.parametrize("text", ["F", "7R"])
def test_directions_turn_the_order_and_not_the_glyph(text):
    # As many passages each way; to the left, a mirrored glyph would meet strokes as to the right.
    def on(direction):
        events = Glyphs(
            **{"text": text, "direction": direction, "size": 1.0, "velocity": 1.0},
            phase=0.0,
            velocity_jitter=0.0,
        ).events(21, 21, 30.0, generator())
        return events[events["p"] == 1]

    bitmap = bitmap_of(text)
    rows, columns = bitmap.shape
    left, top = 10 - columns // 2, 10 - rows // 2
    for direction, seen in ((180.0, bitmap), (0.0, bitmap[:, ::-1])):
        # At the middle pixel of each row: the text in the order in which it comes by.
        for y in range(rows):
            line = np.concatenate([[0], seen[y].astype(int)])
            starts = np.flatnonzero(np.diff(line) == 1) + 10
            found = on(direction)
            own = found[(found["x"] == 10) & (found["y"] == top + y)]
            assert own["t"].tolist() == [1000 * int(s) for s in starts]
    for direction, seen in ((90.0, bitmap), (-90.0, bitmap[::-1])):
        for x in range(columns):
            line = np.concatenate([[0], seen[:, x].astype(int)])
            starts = np.flatnonzero(np.diff(line) == 1) + 10
            found = on(direction)
            own = found[(found["x"] == left + x) & (found["y"] == 10)]
            assert own["t"].tolist() == [1000 * int(s) for s in starts]


def test_glyphs_are_all_different_and_apart():
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    shapes = [bitmap_of(name) for name in names]
    assert {shape.shape for shape in shapes} == {(7, 5)}
    assert len({shape.tobytes() for shape in shapes}) == len(names)
    assert all(shape.any() for shape in shapes)
    assert not bitmap_of(" ").any()
    pair = bitmap_of("HI")
    assert pair.shape == (7, 11)
    assert not pair[:, 5].any()
    assert np.array_equal(pair[:, :5], bitmap_of("H"))
    assert np.array_equal(pair[:, 6:], bitmap_of("I"))


@pytest.mark.parametrize("text", ["", "a", "É", "A" * 17])
def test_text_that_has_no_glyphs_is_refused(text):
    with pytest.raises(ValidationError, match="text"):
        Glyphs(text=text)


@settings(deadline=None, max_examples=40)
@given(SIDES, SIDES, VELOCITIES, DIRECTIONS, CELLS, st.floats(0.1, 0.9))
def test_texture_is_bright_where_its_surface_is(w, h, velocity, angle, size, density):
    pattern = Texture(
        **{"velocity": velocity, "direction": angle, "size": size, "density": density},
        velocity_jitter=0.0,
    )
    surface = pattern.surface(w, h, 60.0, generator())
    ux, uy = direction_of(angle, 1.0)

    def bright(x, y, t):
        column = (x - velocity * ux * t - surface.corner[0]) / size
        row = (y - velocity * uy * t - surface.corner[1]) / size
        assert 0 <= column < surface.lit.shape[1]
        assert 0 <= row < surface.lit.shape[0]
        return is_lit(surface.lit, column, row)

    assert_follows(pattern, w, h, bright)


def test_texture_has_as_many_events_as_pairs_of_unlike_squares():
    # To the right by exactly 10 squares: pixel by pixel, the changes along its 10 borders.
    pattern = Texture(velocity=0.5, size=2.0, velocity_jitter=0.0)
    surface = pattern.surface(8, 8, 40.0, generator())
    expected = 0
    for x in range(8):
        for y in range(8):
            row = math.floor((y - surface.corner[1]) / 2)
            last = math.floor((x - surface.corner[0]) / 2)
            seen = surface.lit[row, last - 10 : last + 1]
            expected += int((seen[1:] != seen[:-1]).sum())
    events = pattern.events(8, 8, 40.0, generator())
    assert len(events) == expected > 0


def test_mean_rate_of_a_texture():
    # 0.2 px/ms at 30 degrees over squares of 2 px: borders (cos + sin) * 0.1 per ms; of these
    # 2 * 0.3 * 0.7 make events. A sample sees some 9,000 squares: a standard deviation of some 2 %.
    pattern = Texture(velocity=0.2, direction=30.0, size=2.0, density=0.3, velocity_jitter=0.0)
    samples = [pattern.events(60, 60, 1000.0, generator(seed)) for seed in range(16)]
    borders = 0.1 * (math.cos(math.radians(30)) + math.sin(math.radians(30)))
    expected = 3600 * 1000 * borders * 2 * 0.3 * 0.7
    assert np.mean([len(events) for events in samples]) == pytest.approx(expected, rel=0.02)
    assert np.mean([events["p"].mean() for events in samples]) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("pattern", [Glyphs(velocity=1000.0), Texture(velocity=1000.0, size=0.1)])
def test_motion_that_fits_into_no_memory_is_refused(pattern):
    with pytest.raises(DataError, match="at most 50,000,000"):
        pattern.events(1000, 1000, 1e6, generator())
