"""First weights between two bounds: where a learning rule has bounds, it begins within them."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from neurospike_cli.registry import Parameters
from neurospike_cli.units import Millivolts


class UniformWeights(Parameters):
    """Weights drawn evenly between two bounds, and not scaled afterwards."""

    low: Millivolts = Field(default=0.0, ge=-1e6, le=1e6)
    """Smallest weight, in mV."""
    high: Millivolts = Field(ge=-1e6, le=1e6)
    """Largest weight, in mV."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low ({self.low:g}) must not exceed high ({self.high:g})")
        return self

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Return weights of a shape, in mV."""
        return rng.uniform(self.low, self.high, shape)
