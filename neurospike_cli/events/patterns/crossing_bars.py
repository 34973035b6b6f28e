"""Two bars that cross the sensor at an angle to each other.

Each is a bar as in `moving_bar`: with u_i its direction and s_i = x u_x + y u_y, its leading edge
is at

    e_i(t) = min s_i + phase_i * L_i + |velocity| t        (mod L_i),   L_i = ptp s_i + 1 + width

and it covers a pixel while 0 <= e_i(t) - s_i < width. A pixel is bright while either covers it: it
has the events of both bars, less two wherever one comes before the other has left.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._coverage import (
    Intervals,
    covered_events,
    joined,
    repeated,
)
from neurospike_cli.events.patterns._crossings import pixel_grid, unit_vector
from neurospike_cli.events.patterns.pattern import (
    Direction,
    MovingPattern,
    Velocity,
    drawn_direction,
)
from neurospike_cli.events.stream import Events


class CrossingBars(MovingPattern):
    """Two straight bars, each perpendicular to its own motion."""

    pattern: Literal["crossing_bars"] = "crossing_bars"
    direction: Direction = 0.0
    """Where the first bar moves to: 0 = right, 90 = up, in degrees; null is random."""
    angle: float = Field(default=90.0, ge=-360.0, le=360.0)
    """Direction of the second bar, from that of the first against the clock, in degrees."""
    velocity: Velocity = 0.4
    """Speed of both, negative for the opposite directions, in px/ms."""
    width: float = Field(default=2.0, gt=0.0, le=4096.0)
    """Thickness of the bars along their motion, in px."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        velocity, phase = self.draw(self.velocity, rng)
        direction = drawn_direction(self.direction, rng)
        other = rng.uniform(0.0, 1.0)
        begins = ((0.0, phase), (self.angle, other if self.phase is None else self.phase))
        bars = [
            self._bar(width, height, duration, velocity, (direction + turn, begin))
            for turn, begin in begins
        ]
        return covered_events(width, duration, joined(bars))

    def _bar(
        self, width: int, height: int, duration: float, velocity: float, way: tuple[float, float]
    ) -> Intervals:
        direction, phase = way
        ux, uy = unit_vector(direction + (180.0 if velocity < 0 else 0.0))
        x, y = pixel_grid(width, height)
        position = x * ux + y * uy
        spacing = float(np.ptp(position)) + 1.0 + self.width
        begin = (position - float(position.min()) - phase * spacing) / abs(velocity)
        once = Intervals(np.arange(len(begin)), begin, begin + self.width / abs(velocity))
        return repeated(once, spacing / abs(velocity), duration)
