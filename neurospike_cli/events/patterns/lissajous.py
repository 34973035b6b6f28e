"""A square dot on a Lissajous figure.

With the angle θ(t) = 360° * phase + velocity * t the middle of the dot is at

    x(t) = (width - 1) / 2 + A sin(m θ + shift),   y(t) = (height - 1) / 2 - B sin(n θ)

m = `x_turns`, n = `y_turns`, A = max((width - size) / 2, 1/2), B likewise. It covers a pixel while
|x(t) - q_x| < size / 2 and |y(t) - q_y| < size / 2. The first holds while the sine lies between
lo, hi = (q_x - x_mid -+ size / 2) / A: on two arcs of each turn of m θ + shift, from asin lo to
asin hi and from 180° - asin hi to 180° - asin lo. The events are at the ends of the intersections
of such arcs of a pixel's column and of its row.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._coverage import (
    Intervals,
    covered_events,
    joined,
    repeated,
    union,
)
from neurospike_cli.events.patterns._crossings import refuse_too_many
from neurospike_cli.events.patterns.pattern import MovingPattern, Velocity
from neurospike_cli.events.stream import Events

TURN = 360.0


class Lissajous(MovingPattern):
    """A bright square dot that swings across and up and down."""

    pattern: Literal["lissajous"] = "lissajous"
    velocity: Velocity = 3.0
    """Angular velocity of θ, negative for the way back, in degrees/ms."""
    size: float = Field(default=3.0, gt=0.0, le=4096.0)
    """Side of the dot, in px."""
    x_turns: int = Field(default=3, ge=1, le=100)
    """Swings across in one cycle; a number."""
    y_turns: int = Field(default=2, ge=1, le=100)
    """Swings up and down in one cycle; a number."""
    shift: float = Field(default=90.0, ge=-360.0, le=360.0)
    """How far the swing across is ahead of the other, in degrees."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        # No more than a band as wide as the dot along its way, twice: rough, and never too low.
        way = abs(velocity) * duration / TURN * 4 * (width * self.x_turns + height * self.y_turns)
        refuse_too_many(2 * (self.size + 1) * way)
        begin = TURN * phase
        across = (self.x_turns * begin + self.shift, self.x_turns * velocity)
        down = (self.y_turns * begin + 180.0, self.y_turns * velocity)
        columns = self._on_axis(width, duration, across)
        rows = self._on_axis(height, duration, down)
        return covered_events(width, duration, _intersection(columns, rows, width))

    def _on_axis(self, side: int, duration: float, swing: tuple[float, float]) -> Intervals:
        """Return when the dot covers each column or row, by its sine's angle and velocity."""
        angle, velocity = swing
        q, half = np.arange(side) - (side - 1) / 2, self.size / 2
        amplitude = max((side - self.size) / 2, 0.5)
        low, high = (
            np.degrees(np.arcsin(np.clip((q + edge) / amplitude, -1.0, 1.0)))
            for edge in (-half, half)
        )
        index, speed = np.arange(side), abs(velocity)
        arcs = []
        for first, last in ((low, high), (180.0 - high, 180.0 - low)):
            ahead = (first, last) if velocity > 0 else (-last, -first)
            begin, end = ((edge - np.sign(velocity) * angle) / speed for edge in ahead)
            arcs.append(repeated(Intervals(index, begin, end), TURN / speed, duration))
        return union(joined(arcs))


def _intersection(columns: Intervals, rows: Intervals, width: int) -> Intervals:
    """Return when both the column and the row of a pixel are covered."""
    parts = []
    for column, begin, end in zip(*columns, strict=True):
        meets = (rows.begin < end) & (rows.end > begin)
        pixels = rows.pixels[meets] * width + column
        both = np.maximum(rows.begin[meets], begin), np.minimum(rows.end[meets], end)
        parts.append(Intervals(pixels, *both))
    return joined(parts)
