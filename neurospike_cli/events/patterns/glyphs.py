"""Digits and letters that cross the sensor and come back in on the other side.

The text is a bitmap of 5×7 cells a glyph, one dark column between two glyphs, upright whatever the
direction of its motion. Its middle moves through the middle of the sensor; with s the coordinate
along `direction`, h half the extent of the text along it and L = ptp s + 2 h + 1, it is at

    s(t) = s_min - h + phase * L + |velocity| t        (mod L)

and a pixel is bright while it lies over a lit cell (`_bitmap.py`): once every L / |velocity| ms it
has an ON and an OFF event for each stroke that its line across the text meets.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._bitmap import MovingBitmap
from neurospike_cli.events.patterns._coverage import covered_events, repeated
from neurospike_cli.events.patterns._crossings import unit_vector
from neurospike_cli.events.patterns._font import bitmap_of
from neurospike_cli.events.patterns.pattern import (
    Direction,
    MovingPattern,
    Velocity,
    drawn_direction,
)
from neurospike_cli.events.stream import Events


class Glyphs(MovingPattern):
    """Bright characters in motion."""

    pattern: Literal["glyphs"] = "glyphs"
    text: Annotated[str, Field(pattern=r"^[A-Z0-9 ]{1,16}$")] = "A"
    """What is shown: 1 to 16 capital letters, digits and spaces."""
    size: float = Field(default=1.5, ge=0.1, le=512.0)
    """Side of a cell; a glyph is 5 cells wide and 7 high, in px."""
    direction: Direction = 0.0
    """Where the text moves to: 0 = right, 90 = up, in degrees; null is random."""
    velocity: Velocity = 0.4
    """Speed of the text, negative for the opposite direction, in px/ms."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        direction = drawn_direction(self.direction, rng)
        ux, uy = unit_vector(direction + (180.0 if velocity < 0 else 0.0))
        lit = bitmap_of(self.text)
        rows, columns = lit.shape
        wide, high = columns * self.size, rows * self.size
        half = (wide * abs(ux) + high * abs(uy)) / 2
        field = ((width - 1) * abs(ux) + (height - 1) * abs(uy)) / 2
        spacing, speed = 2 * field + 2 * half + 1.0, abs(velocity)
        # The cycle begins with the text just outside: half its extent before the first pixel.
        back = field + half
        corner = (
            (width - 1) / 2 - back * ux - wide / 2,
            (height - 1) / 2 - back * uy - high / 2,
        )
        bitmap = MovingBitmap(lit, self.size, corner, (speed * ux, speed * uy))
        once = bitmap.covered(width, height, spacing / speed)
        begun = phase * spacing / speed
        once = once._replace(begin=once.begin - begun, end=once.end - begun)
        return covered_events(width, duration, repeated(once, spacing / speed, duration))
