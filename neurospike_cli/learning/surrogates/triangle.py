"""Triangle (Bellec et al. 2018): derivative max(0, 1 - b|x|), zero beyond 1/b."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field

from neurospike_cli.learning.surrogates.surrogate import Surrogate


class TriangleLaw(NamedTuple):
    """(1/unit) max(0, 1 - b|x/unit|): `height` is 1/unit, `fall` is b/unit²."""

    height: float
    fall: float
    zero: float

    def slope(self, x: Any) -> Any:
        """Return the derivative at x."""
        return np.maximum(self.height - abs(x) * self.fall, self.zero)


class Triangle(Surrogate):
    """The triangle; of bounded support, so that errors start only near threshold."""

    type: Literal["triangle"] = "triangle"
    bounded: ClassVar[bool] = True
    slope: float = Field(default=2.0, gt=0, le=1e4)
    """Steepness b: the triangle reaches to 1/b threshold distances; at 5 N-MNIST learns less."""

    def primitive(self, x: Any) -> Any:
        """Return the integral of the triangle from 0 to x."""
        inside = np.minimum(np.abs(x), 1.0 / self.slope)
        return np.sign(x) * (inside - 0.5 * self.slope * inside**2)

    def law(self, unit: float) -> TriangleLaw:
        """Return the derivative max(0, 1 - b|x|)."""
        return TriangleLaw(height=1.0 / unit, fall=self.slope / unit**2, zero=0.0)
