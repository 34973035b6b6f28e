"""A bar that crosses the sensor and comes back in on the other side.

With u the unit vector of `direction` and s = x u_x + y u_y the coordinate of a pixel along it, the
bar's leading edge is at

    e(t) = s_min + phase * L + |velocity| t        (mod L),   L = s_max - s_min + 1 + width

and a pixel is bright while 0 <= e(t) - s < width. So each pixel has an ON event every
L / |velocity| ms and an OFF event width / |velocity| ms after it; the bar has left before it comes
back. A negative velocity moves against `direction`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._crossings import band_events, pixel_grid, unit_vector
from neurospike_cli.events.patterns.pattern import MovingPattern, Velocity
from neurospike_cli.events.stream import Events


class MovingBar(MovingPattern):
    """A straight bar across the whole sensor, perpendicular to its motion."""

    pattern: Literal["moving_bar"] = "moving_bar"
    direction: float = Field(default=0.0, ge=-360.0, le=360.0)
    """Where the bar moves to: 0 = right, 90 = up (towards smaller y), in degrees."""
    velocity: Velocity = 1.0
    """Speed of the bar, negative for the opposite direction, in px/ms."""
    width: float = Field(default=2.0, gt=0.0, le=4096.0)
    """Thickness of the bar along its motion, in px."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        ux, uy = unit_vector(self.direction + (180.0 if velocity < 0 else 0.0))
        x, y = pixel_grid(width, height)
        position = x * ux + y * uy
        spacing = float(np.ptp(position)) + 1.0 + self.width
        edge = float(position.min()) + phase * spacing
        band = (abs(velocity), self.width, spacing)
        return band_events(width, height, duration, position, edge, band)
