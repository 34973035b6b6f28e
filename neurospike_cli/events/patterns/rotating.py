"""A bar through the middle of the sensor that turns like a propeller.

With (r, φ) a pixel's polar coordinates about the middle (φ against the clock, 0 = right) and
α = asin(width / 2r), the bar is at

    θ(t) = 180° * phase + velocity * t        (mod 180°: both arms are alike)

and covers the pixel while |θ - φ| < α. So each pixel has an ON event every 180° / |velocity| ms and
an OFF event 2α / |velocity| ms after it; pixels with r <= width / 2 are always covered and silent.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._crossings import on_off_events, passages, pixel_grid
from neurospike_cli.events.patterns.pattern import MovingPattern, Velocity
from neurospike_cli.events.stream import Events

HALF_TURN = 180.0


class Rotating(MovingPattern):
    """A straight bar that turns about the middle of the sensor."""

    pattern: Literal["rotating"] = "rotating"
    velocity: Velocity = 1.5
    """Angular velocity, positive against the clock, in degrees/ms."""
    width: float = Field(default=2.0, gt=0.0, le=4096.0)
    """Thickness of the bar, in px."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        x, y = pixel_grid(width, height)
        x, y = x - (width - 1) / 2, (height - 1) / 2 - y
        radius = np.hypot(x, y)
        pixels = np.flatnonzero(radius > self.width / 2)
        half = np.degrees(np.arcsin(self.width / (2 * radius[pixels])))
        # Seen along the turn: where the pixel lies, whichever way the bar goes.
        angle = np.degrees(np.arctan2(y[pixels], x[pixels])) * np.sign(velocity)
        speed, begin = abs(velocity), HALF_TURN * phase * np.sign(velocity)
        on, t_on = passages((angle - half - begin) / speed, HALF_TURN / speed, duration)
        off, t_off = passages((angle + half - begin) / speed, HALF_TURN / speed, duration)
        return on_off_events(width, duration, (pixels[on], t_on), (pixels[off], t_off))
