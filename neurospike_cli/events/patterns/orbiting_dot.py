"""A dot that circles the middle of the sensor.

The middle of the dot is at distance R from the middle of the sensor, in the direction

    θ(t) = 360° * phase + velocity * t        (against the clock, 0 = right)

and covers a pixel at (ρ, φ), polar coordinates about the middle of the sensor, while
ρ² + R² - 2 ρ R cos(θ - φ) < radius². With k = (ρ² + R² - radius²) / 2 ρ R and α = acos k that is
|θ - φ| < α: an ON event every 360° / |velocity| ms and an OFF event 2α / |velocity| ms after it.
Pixels with k >= 1 are never covered and those with k <= -1 always: both are silent, as is one in
the very middle, ρ = 0, whose distance from the dot never changes.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._crossings import on_off_events, passages, pixel_grid
from neurospike_cli.events.patterns.pattern import MovingPattern, Velocity
from neurospike_cli.events.stream import Events

TURN = 360.0


class OrbitingDot(MovingPattern):
    """A bright dot on a circle about the middle of the sensor."""

    pattern: Literal["orbiting_dot"] = "orbiting_dot"
    velocity: Velocity = 4.0
    """Angular velocity, positive against the clock, in degrees/ms."""
    radius: float = Field(default=1.5, gt=0.0, le=4096.0)
    """Radius of the dot, in px."""
    orbit: float | None = Field(default=None, gt=0.0, le=4096.0)
    """Radius of the circle; without it, such that the dot touches the nearer edges, in px."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        x, y = pixel_grid(width, height)
        x, y = x - (width - 1) / 2, (height - 1) / 2 - y
        orbit = self.orbit or max((min(width, height) - 1) / 2 - self.radius, 0.5)
        rho = np.hypot(x, y)
        reach = 2 * rho * orbit
        nearness = rho**2 + orbit**2 - self.radius**2
        pixels = np.flatnonzero(np.abs(nearness) < reach)
        half = np.degrees(np.arccos(nearness[pixels] / reach[pixels]))
        # Seen along the turn: where the pixel lies, whichever way the dot goes.
        angle = np.degrees(np.arctan2(y[pixels], x[pixels])) * np.sign(velocity)
        speed, begin = abs(velocity), TURN * phase * np.sign(velocity)
        on, t_on = passages((angle - half - begin) / speed, TURN / speed, duration)
        off, t_off = passages((angle + half - begin) / speed, TURN / speed, duration)
        return on_off_events(width, duration, (pixels[on], t_on), (pixels[off], t_off))
