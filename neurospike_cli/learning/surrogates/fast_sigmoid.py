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

    def derivative(self, x: NDArray[np.floating], unit: float = 1.0) -> None:
        """Replace x by (1/unit) / (1 + b|x/unit|)², in place."""
        np.abs(x, out=x)
        x *= x.dtype.type(self.slope / unit)
        x += x.dtype.type(1)
        # The unit's factor goes under the square: one pass over the array less.
        np.divide(x.dtype.type(unit**-0.5), x, out=x)
        np.multiply(x, x, out=x)
