"""Fast sigmoid (Zenke & Ganguli 2018): x / (1 + b|x|), with derivative 1 / (1 + b|x|)²."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.learning.surrogates.surrogate import Surrogate


class FastSigmoid(Surrogate):
    """The fast sigmoid; long tails reach neurons far from threshold."""

    type: Literal["fast_sigmoid"] = "fast_sigmoid"

    def primitive(self, x: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return x / (1 + b|x|)."""
        return np.asarray(x / (1.0 + self.slope * np.abs(x)))

    def derivative(self, x: NDArray[np.floating]) -> None:
        """Replace x by 1 / (1 + b|x|)², in place."""
        np.abs(x, out=x)
        x *= x.dtype.type(self.slope)
        x += x.dtype.type(1)
        np.reciprocal(x, out=x)
        np.multiply(x, x, out=x)
