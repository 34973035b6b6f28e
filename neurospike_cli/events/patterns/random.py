"""Events that follow no motion: a Poisson process in every pixel, ON and OFF equally likely.

Each pixel has Poisson(rate * duration / 1000) events: as many on average as its variance.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.patterns.pattern import Pattern
from neurospike_cli.events.poisson import poisson_events
from neurospike_cli.events.stream import Events
from neurospike_cli.units import Hertz


class Random(Pattern):
    """Poisson events in every pixel, independent of each other."""

    pattern: Literal["random"] = "random"
    rate: Hertz = Field(default=20.0, ge=0.0, le=1e6)
    """Rate of events in each pixel, in Hz."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording."""
        return poisson_events(width, height, self.rate, duration, rng)
