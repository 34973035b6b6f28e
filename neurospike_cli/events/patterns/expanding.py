"""Rings that grow out of the middle of the sensor, or shrink into it.

With r a pixel's distance from the middle, a growing ring's outer edge is at

    e(t) = phase * L + velocity * t        (mod L),   L = r_max + 1 + width

and a pixel is bright while 0 <= e(t) - r < width: an ON event every L / velocity ms and an OFF
event width / velocity ms after it. A negative velocity contracts: the inner edge leads, and with
e(t) = phase * L + |velocity| t a pixel is bright while 0 <= e(t) + r < width (mod L).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._crossings import band_events, pixel_grid
from neurospike_cli.events.patterns.pattern import MovingPattern, Velocity
from neurospike_cli.events.stream import Events


class Expanding(MovingPattern):
    """A ring about the middle of the sensor whose radius grows or shrinks."""

    pattern: Literal["expanding"] = "expanding"
    velocity: Velocity = 0.2
    """Speed of the ring's edge, negative for a ring that contracts, in px/ms."""
    width: float = Field(default=2.0, gt=0.0, le=4096.0)
    """Thickness of the ring, in px."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        x, y = pixel_grid(width, height)
        radius = np.hypot(x - (width - 1) / 2, y - (height - 1) / 2)
        spacing = float(radius.max()) + 1.0 + self.width
        band = (abs(velocity), self.width, spacing)
        position = radius * np.sign(velocity)
        return band_events(width, height, duration, position, phase * spacing, band)
