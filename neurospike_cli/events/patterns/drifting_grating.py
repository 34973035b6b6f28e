"""A grating of bright and dark stripes that drifts.

With s = x u_x + y u_y the coordinate of a pixel along `direction`, the leading edges are at

    e(t) = phase * wavelength + |velocity| t        (mod wavelength)

and a pixel is bright while 0 <= e(t) - s < wavelength / 2, where the sine of the grating is
positive: an ON event every wavelength / |velocity| ms, an OFF event half a period after it.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._crossings import band_events, pixel_grid, unit_vector
from neurospike_cli.events.patterns.pattern import (
    Direction,
    MovingPattern,
    Velocity,
    drawn_direction,
)
from neurospike_cli.events.stream import Events


class DriftingGrating(MovingPattern):
    """Parallel stripes that move perpendicular to themselves."""

    pattern: Literal["drifting_grating"] = "drifting_grating"
    direction: Direction = 0.0
    """Where the stripes move to: 0 = right, 90 = up (towards smaller y), in degrees; null is
    random.
    """
    velocity: Velocity = 0.2
    """Speed of the stripes, negative for the opposite direction, in px/ms."""
    wavelength: float = Field(default=8.0, ge=0.1, le=4096.0)
    """Distance from one bright stripe to the next, in px."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        direction = drawn_direction(self.direction, rng)
        ux, uy = unit_vector(direction + (180.0 if velocity < 0 else 0.0))
        x, y = pixel_grid(width, height)
        band = (abs(velocity), self.wavelength / 2, self.wavelength)
        edge = phase * self.wavelength
        return band_events(width, height, duration, x * ux + y * uy, edge, band)
