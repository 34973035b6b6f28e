"""A surface of random bright and dark squares that moves past the sensor.

Each square is bright with probability `density`, drawn anew for each sample. The surface moves by
v = velocity * u, u the unit vector of `direction`, so that a pixel q sees the point q - v t of it:
its brightness changes only where that point passes from one square into another of different
brightness. A pixel passes (|v_x| + |v_y|) / size borders per ms, of which 2 density (1 - density)
make an event, half of them ON: the mean rate of events of a pixel, for long recordings.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._bitmap import MovingBitmap
from neurospike_cli.events.patterns._coverage import covered_events, union
from neurospike_cli.events.patterns._crossings import refuse_too_many, unit_vector
from neurospike_cli.events.patterns.pattern import Direction, Pattern, Velocity, drawn_direction
from neurospike_cli.events.stream import Events


class Texture(Pattern):
    """A random texture in translation."""

    pattern: Literal["texture"] = "texture"
    direction: Direction = 0.0
    """Where the surface moves to: 0 = right, 90 = up, in degrees; null is random."""
    velocity: Velocity = 0.2
    """Speed of the surface, negative for the opposite direction, in px/ms."""
    velocity_jitter: float = Field(default=0.1, ge=0.0, lt=1.0)
    """Largest difference of a sample's velocity, uniform on both sides, as a fraction of it."""
    size: float = Field(default=3.0, ge=0.1, le=4096.0)
    """Side of the squares, in px."""
    density: float = Field(default=0.5, gt=0.0, lt=1.0)
    """How much of the surface is bright, as a fraction."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        bitmap = self.surface(width, height, duration, rng)
        seen = union(bitmap.covered(width, height, duration))
        # What is bright at the beginning was so before, and makes no event.
        begin = np.where(seen.begin > 0.0, seen.begin, -1.0)
        return covered_events(width, duration, seen._replace(begin=begin))

    def surface(
        self, width: int, height: int, duration: float, rng: np.random.Generator
    ) -> MovingBitmap:
        """Return the surface of one sample: as large as the sensor sees of it in `duration`."""
        deviation = rng.uniform(-1.0, 1.0)
        direction = drawn_direction(self.direction, rng)
        left, top = rng.uniform(0.0, 1.0, 2)
        speed = self.velocity * (1.0 + self.velocity_jitter * deviation)
        ux, uy = unit_vector(direction)
        vx, vy = speed * ux, speed * uy
        columns = int((width + abs(vx) * duration) / self.size) + 2
        rows = int((height + abs(vy) * duration) / self.size) + 2
        refuse_too_many(float(columns) * rows)
        # Its corner is outside at first by all that will come in, and by a part of a square.
        corner = (
            -max(vx, 0.0) * duration - left * self.size,
            -max(vy, 0.0) * duration - top * self.size,
        )
        lit = rng.random((rows, columns)) < self.density
        return MovingBitmap(lit, self.size, corner, (vx, vy))
