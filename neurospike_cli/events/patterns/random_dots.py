"""Random dots, some of which move together: the kinematogram of motion perception.

The dots lie at random in a square of side D = diagonal + 2 radius about the middle of the sensor,
turned so that one side is along the motion. The first coherence * dots of them move in `direction`,
each other one in a direction of its own, all at one speed; what leaves the square comes back in on
the other side. With (s, w) a pixel's coordinates along and across the motion of a dot that was at
(s_0, w_0), the dot covers the pixel while

    |s_0 + |velocity| t - s| < sqrt(radius² - (w - w_0)²)        (mod D)

A pixel is bright while any dot covers it. There are round(density * D²) dots.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.errors import DataError
from neurospike_cli.events.patterns._coverage import (
    Intervals,
    covered_events,
    joined,
    repeated,
)
from neurospike_cli.events.patterns._crossings import (
    pixel_grid,
    refuse_too_many,
    unit_vector,
)
from neurospike_cli.events.patterns.pattern import Direction, Pattern, Velocity, drawn_direction
from neurospike_cli.events.stream import Events
from neurospike_cli.units import Fraction

#: Each dot is compared with each pixel; this many take some 10 s.
MAX_PAIRS = 1_000_000_000


class Dots(NamedTuple):
    """Where the dots of one sample begin along and across their motion, in px, and go to, in °."""

    along: NDArray[np.float64]
    across: NDArray[np.float64]
    directions: NDArray[np.float64]
    speed: float


class RandomDots(Pattern):
    """Bright dots, a fraction of which moves in one direction."""

    pattern: Literal["random_dots"] = "random_dots"
    direction: Direction = 0.0
    """Where the coherent dots move to: 0 = right, 90 = up, in degrees; null is random."""
    velocity: Velocity = 0.3
    """Speed of every dot, negative for the opposite directions, in px/ms."""
    velocity_jitter: float = Field(default=0.1, ge=0.0, lt=1.0)
    """Largest difference of a sample's velocity, uniform on both sides, as a fraction of it."""
    coherence: Fraction = 0.5
    """How many of the dots move in `direction`, as a fraction."""
    density: float = Field(default=0.03, gt=0.0, le=1.0)
    """How many dots there are, in dots per px²."""
    radius: float = Field(default=1.0, gt=0.0, le=4096.0)
    """Radius of a dot, in px."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        side = self.side(width, height)
        dots = self.dots(side, rng)
        x, y = pixel_grid(width, height)
        x, y = x - (width - 1) / 2, y - (height - 1) / 2
        if len(dots.along) * len(x) > MAX_PAIRS:
            raise DataError(
                f"{len(dots.along):,} dots on {len(x):,} pixels are too many for random_dots; "
                f"their product is at most {MAX_PAIRS:,}",
                hint="lower `density` or the size of the sensor",
            )
        # A dot sweeps 2 radius pixels per px of its way, each with an ON and an OFF.
        on_sensor = len(dots.along) * len(x) / side**2
        refuse_too_many(4 * self.radius * dots.speed * duration * on_sensor)
        parts = []
        for s_0, w_0, direction in zip(*dots[:3], strict=True):
            ux, uy = unit_vector(direction)
            across = y * ux - x * uy - w_0
            pixels = np.flatnonzero(np.abs(across) < self.radius)
            half = np.sqrt(self.radius**2 - across[pixels] ** 2)
            middle = x[pixels] * ux + y[pixels] * uy - s_0
            once = Intervals(pixels, (middle - half) / dots.speed, (middle + half) / dots.speed)
            parts.append(repeated(once, side / dots.speed, duration))
        return covered_events(width, duration, joined(parts))

    def side(self, width: int, height: int) -> float:
        """Return the side of the square that the dots are in, in px."""
        return float(np.hypot(width - 1, height - 1)) + 2 * self.radius

    def dots(self, side: float, rng: np.random.Generator) -> Dots:
        """Return the dots of one sample; the coherent ones come first."""
        deviation = rng.uniform(-1.0, 1.0)
        direction = drawn_direction(self.direction, rng)
        count = round(self.density * side**2)
        along, across = rng.uniform(-side / 2, side / 2, (2, count))
        directions = rng.uniform(0.0, 360.0, count)
        directions[: round(self.coherence * count)] = direction
        directions += 180.0 if self.velocity < 0 else 0.0
        speed = abs(self.velocity) * (1.0 + self.velocity_jitter * deviation)
        return Dots(along, across, directions, speed)
