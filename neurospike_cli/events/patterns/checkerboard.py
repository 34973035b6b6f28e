"""A board of squares whose bright and dark squares change places, again and again.

With parity = (x // size + y // size) mod 2 and T = 1000 / frequency in ms, a pixel is bright while

    t + phase * T - parity * T / 2        (mod T)

is below T / 2: an ON event every T, an OFF event half of it later, and all squares of one colour at
the same time.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns._crossings import on_off_events, passages, pixel_grid
from neurospike_cli.events.patterns.pattern import FlickeringPattern
from neurospike_cli.events.stream import Events


class Checkerboard(FlickeringPattern):
    """Bright and dark squares that change places."""

    pattern: Literal["checkerboard"] = "checkerboard"
    size: int = Field(default=4, ge=1, le=4096)
    """Side of the squares, in px."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        period, phase = self.draw(rng)
        x, y = pixel_grid(width, height)
        parity = (x // self.size + y // self.size) % 2
        rise = (parity / 2 - phase) * period
        on = passages(rise, period, duration)
        off = passages(rise + period / 2, period, duration)
        return on_off_events(width, duration, on, off)
