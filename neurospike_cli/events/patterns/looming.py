"""A square that comes nearer at constant speed, until it touches; then the next one begins.

Seen from here its half side grows ever faster: with a = size / 2 at the beginning and the time to
contact τ = a / |velocity|

    h(t) = a τ / (τ - t),   t = phase * τ + time        (mod τ)

A pixel at distance d = max(|dx|, |dy|) > a from the middle is covered from t = τ (1 - a / d) to the
contact at t = τ, where the square is gone: one ON and one OFF event every τ. A negative velocity
recedes, the same backwards in time, h(t) = a τ / t: ON at t = 0, OFF at t = τ a / d. Pixels with
d <= a are always covered and silent.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._coverage import Intervals, covered_events, repeated
from neurospike_cli.events.patterns._crossings import pixel_grid
from neurospike_cli.events.patterns.pattern import MovingPattern, Velocity
from neurospike_cli.events.stream import Events


class Looming(MovingPattern):
    """A square on a collision course."""

    pattern: Literal["looming"] = "looming"
    velocity: Velocity = 0.05
    """Speed of its edges where it is smallest, negative for one that recedes, in px/ms."""
    size: float = Field(default=4.0, gt=0.0, le=4096.0)
    """Side of the square where it is smallest, in px."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        x, y = pixel_grid(width, height)
        distance = np.maximum(np.abs(x - (width - 1) / 2), np.abs(y - (height - 1) / 2))
        half = self.size / 2
        contact = half / abs(velocity)
        pixels = np.flatnonzero(distance > half)
        covered = contact * half / distance[pixels]  # how long, of each τ
        # Approaching it is covered at the end of each τ, receding at its beginning.
        begin = (contact - covered) * (velocity > 0) - phase * contact
        once = Intervals(pixels, begin, begin + covered)
        return covered_events(width, duration, repeated(once, contact, duration))
