"""A wheel of bright and dark sectors that turns about the middle of the sensor.

With φ a pixel's direction from the middle (against the clock, 0 = right) and A = 360° / sectors,
the leading edges of the bright sectors are at

    θ(t) = phase * A + |velocity| t        (mod A)

and a pixel is bright while 0 <= θ(t) - φ < A / 2 for a positive velocity, -φ in place of φ for a
negative one: an ON event every A / |velocity| ms, an OFF event half a period after it. The one
pixel that may lie in the very middle belongs to no sector and is silent.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._crossings import on_off_events, passages, pixel_grid
from neurospike_cli.events.patterns.pattern import MovingPattern, Velocity
from neurospike_cli.events.stream import Events


class RotatingGrating(MovingPattern):
    """Bright and dark sectors that turn like a windmill."""

    pattern: Literal["rotating_grating"] = "rotating_grating"
    velocity: Velocity = 1.0
    """Angular velocity, positive against the clock, in degrees/ms."""
    sectors: int = Field(default=4, ge=1, le=360)
    """How many bright sectors there are, with as many dark ones between; a number."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        x, y = pixel_grid(width, height)
        x, y = x - (width - 1) / 2, (height - 1) / 2 - y
        pixels = np.flatnonzero((x != 0.0) | (y != 0.0))
        angle = np.degrees(np.arctan2(y[pixels], x[pixels])) * np.sign(velocity)
        speed, spacing = abs(velocity), 360.0 / self.sectors
        arrival, period = (angle - phase * spacing) / speed, spacing / speed
        on, t_on = passages(arrival, period, duration)
        off, t_off = passages(arrival + period / 2, period, duration)
        return on_off_events(width, duration, (pixels[on], t_on), (pixels[off], t_off))
