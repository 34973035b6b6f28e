"""Triangle (Bellec et al. 2018): derivative max(0, 1 - b|x|), zero beyond 1/b."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.learning.surrogates.surrogate import Surrogate


class Triangle(Surrogate):
    """The triangle; of bounded support, so that errors start only near threshold."""

    type: Literal["triangle"] = "triangle"

    def primitive(self, x: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the integral of the triangle from 0 to x."""
        inside = np.minimum(np.abs(x), 1.0 / self.slope)
        return np.asarray(np.sign(x) * (inside - 0.5 * self.slope * inside**2))

    def derivative(self, x: NDArray[np.floating], unit: float = 1.0) -> None:
        """Replace x by (1/unit) max(0, 1 - b|x/unit|), in place."""
        np.abs(x, out=x)
        x *= x.dtype.type(-self.slope / unit**2)
        x += x.dtype.type(1 / unit)
        np.maximum(x, x.dtype.type(0), out=x)
