"""Axonal delays: how long a spike travels, in whole steps.

One delay for all connections, or one for each, drawn uniformly from the whole steps between two
bounds. A delay adds to what a connection takes anyway: none to the next layer, one step to the
layer itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, model_validator

from neurospike_cli.registry import Parameters
from neurospike_cli.units import Milliseconds


class DelayRange(Parameters):
    """One delay for all connections, or bounds between which each connection draws its own.

    A number in place of the mapping is one delay for all.
    """

    min: Milliseconds = Field(ge=0, le=1e6)
    """Shortest delay, in ms, a multiple of dt."""
    max: Milliseconds | None = Field(default=None, ge=0, le=1e6)
    """Longest delay, in ms, a multiple of dt; without it, all connections have the shortest."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.longest < self.min:
            raise ValueError(f"max must be at least min, {self.min:g} ms; got {self.longest:g} ms")
        return self

    @property
    def longest(self) -> float:
        """The longest delay there can be, in ms."""
        return self.min if self.max is None else self.max

    def steps(self, dt: float) -> tuple[int, int]:
        """Return the shortest and the longest delay in steps of `dt` ms."""
        return round(self.min / dt), round(self.longest / dt)

    def draw(self, count: int, dt: float, rng: np.random.Generator) -> NDArray[np.int32]:
        """Return a delay for each of `count` connections, in steps of `dt` ms."""
        low, high = self.steps(dt)
        return rng.integers(low, high, count, dtype=np.int32, endpoint=True)


def _range_of(value: object) -> object:
    """Take anything but a mapping for the one delay of all connections."""
    whole = isinstance(value, Mapping | DelayRange)
    return value if whole else {"min": value}


Delay = Annotated[DelayRange, BeforeValidator(_range_of)]
NO_DELAY = DelayRange(min=0.0)
