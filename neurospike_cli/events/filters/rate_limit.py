"""A bus that carries only so many events, as the readout of a sensor does.

Time is cut into windows [k * window, (k + 1) * window); of each the first
floor(rate * window / 1000) events are kept, whichever pixels they are of.
"""

from __future__ import annotations

import math
from typing import ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from neurospike_cli.events.filters.filter import Filter, Sweep
from neurospike_cli.events.stream import EventStream
from neurospike_cli.units import Hertz, Milliseconds


class RateLimit(Filter):
    """Drops the events of the whole sensor that are beyond a rate."""

    swept: ClassVar[Sweep | None] = Sweep(
        "rate", tuple(base * 10.0**k for k in range(3, 7) for base in (1.0, 2.0, 5.0)), "Hz"
    )

    type: Literal["rate_limit"] = "rate_limit"
    rate: Hertz = Field(default=100_000.0, gt=0.0, le=1e12)
    """Most events of the whole sensor, in Hz."""
    window: Milliseconds = Field(default=1.0, ge=0.001, le=1e6)
    """Length of the windows that the rate is counted in, to the nearest µs, in ms."""

    @model_validator(mode="after")
    def _check_limit(self) -> Self:
        if self.limit < 1:
            raise ValueError(
                f"rate must leave an event to a window: at least {1000.0 / self.window:g} Hz "
                f"with a window of {self.window:g} ms; got {self.rate:g} Hz"
            )
        return self

    @property
    def limit(self) -> int:
        """How many events of a window are kept at most."""
        return math.floor(round(self.rate * self.window / 1000.0, 9))

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording with the first events of each window."""
        window = stream.events["t"] // round(self.window * 1000.0)
        # Time ascends, so a window's events stand together: their ranks count from its first.
        rank = np.arange(len(window)) - np.searchsorted(window, window, side="left")
        return stream.kept(rank < self.limit, "rate_limit")
