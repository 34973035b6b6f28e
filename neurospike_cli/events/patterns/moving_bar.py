"""A bar that crosses the sensor and comes back in on the other side.

With u the unit vector of `direction` and s = x u_x + y u_y the coordinate of a pixel along it, the
bar's leading edge is at

    e(t) = s_min + phase * L + |velocity| t        (mod L),   L = s_max - s_min + 1 + width

and a pixel is bright while 0 <= e(t) - s < width. So each pixel has an ON event every
L / |velocity| ms and an OFF event width / |velocity| ms after it; the bar has left before it comes
back. A negative velocity moves against `direction`.

With an `orientation` the bar lies along it whatever the direction of its motion. Of a bar without
ends only the motion across itself is seen: u is then its normal n, on the side that it moves to,
and its speed |velocity| u·n. A dark bar has OFF events where it arrives and ON where it leaves.
"""

from __future__ import annotations

import math
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from neurospike_cli.events.patterns._crossings import band_events, pixel_grid, unit_vector
from neurospike_cli.events.patterns.pattern import (
    Direction,
    MovingPattern,
    Velocity,
    drawn_direction,
)
from neurospike_cli.events.stream import Events, no_events

#: What a bar without ends shows of its motion at least, as a fraction.
LEAST_MOTION = 1e-6


class MovingBar(MovingPattern):
    """A straight bar across the whole sensor, perpendicular to its motion."""

    pattern: Literal["moving_bar"] = "moving_bar"
    direction: Direction = 0.0
    """Where the bar moves to: 0 = right, 90 = up (towards smaller y), in degrees; null is
    random.
    """
    velocity: Velocity = 1.0
    """Speed of the bar, negative for the opposite direction, in px/ms."""
    width: float = Field(default=2.0, gt=0.0, le=4096.0)
    """Thickness of the bar across itself, in px."""
    orientation: float | None = Field(default=None, ge=-360.0, le=360.0)
    """How the bar lies: 0 = level, 90 = upright, in degrees; without it, across its motion."""
    dark: bool = False
    """Whether the bar is darker than the ground, which swaps ON and OFF; true or false."""

    @model_validator(mode="after")
    def _check_orientation(self) -> Self:
        if self.direction is not None and self._across(self.direction)[1] < LEAST_MOTION:
            raise ValueError(
                f"orientation must not be along the direction of {self.direction:g} degrees: "
                f"a bar that moves along itself makes no events; got {self.orientation:g}"
            )
        return self

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        direction = drawn_direction(self.direction, rng)
        normal, part = self._across(direction + (180.0 if velocity < 0 else 0.0))
        if part < LEAST_MOTION:  # a direction that was drawn; one that is fixed was refused before
            return no_events()
        ux, uy = unit_vector(normal)
        x, y = pixel_grid(width, height)
        position = x * ux + y * uy
        spacing = float(np.ptp(position)) + 1.0 + self.width
        edge = float(position.min()) + phase * spacing
        band = (abs(velocity) * part, self.width, spacing)
        events = band_events(width, height, duration, position, edge, band)
        events["p"] ^= self.dark
        return events

    def _across(self, direction: float) -> tuple[float, float]:
        """Return the bar's normal nearest to `direction`, in degrees, and that part of a motion."""
        if self.orientation is None:
            return direction, 1.0
        normal = self.orientation + 90.0
        part = math.cos(math.radians(direction - normal))
        return (normal, part) if part > 0 else (normal + 180.0, -part)
