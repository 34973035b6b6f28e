"""A disk that is switched on and off.

A pixel nearer than `radius` to the middle of the disk is bright while (t + phase * T) mod T is
below duty * T, T = 1000 / frequency in ms: an ON event at (k - phase) * T and an OFF event
duty * T after it. All other pixels are silent.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._crossings import on_off_events, passages, pixel_grid
from neurospike_cli.events.patterns.pattern import FlickeringPattern
from neurospike_cli.events.stream import Events


class Blinking(FlickeringPattern):
    """A light that blinks in its place."""

    pattern: Literal["blinking"] = "blinking"
    radius: float = Field(default=4.0, gt=0.0, le=8192.0)
    """Radius of the light, in px."""
    x: float | None = Field(default=None, ge=0.0, le=4096.0)
    """Where its middle is, from the left, in px; without it, random in each sample."""
    y: float | None = Field(default=None, ge=0.0, le=4096.0)
    """Where its middle is, from the top, in px; without it, random in each sample."""
    duty: float = Field(default=0.5, gt=0.0, lt=1.0)
    """How much of the time it is on, as a fraction."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        period, phase = self.draw(rng)
        across, down = rng.uniform(0.0, 1.0, 2)
        middle_x = across * (width - 1) if self.x is None else self.x
        middle_y = down * (height - 1) if self.y is None else self.y
        x, y = pixel_grid(width, height)
        lit = np.flatnonzero((x - middle_x) ** 2 + (y - middle_y) ** 2 < self.radius**2)
        rise = np.full(len(lit), -phase * period)
        on, t_on = passages(rise, period, duration)
        off, t_off = passages(rise + self.duty * period, period, duration)
        return on_off_events(width, duration, (lit[on], t_on), (lit[off], t_off))
