"""Fast sigmoid (Zenke & Ganguli 2018): x / (1 + b|x|), with derivative 1 / (1 + b|x|)²."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from neurospike_cli.learning.surrogates.surrogate import Surrogate


class FastSigmoidLaw(NamedTuple):
    """(1/unit) / (1 + b|x/unit|)²: `root` is 1/sqrt(unit), `steepness` is b/unit."""

    root: float
    steepness: float
    one: float

    def slope(self, x: Any) -> Any:
        """Return the derivative at x."""
        # The unit's factor goes under the square: one pass over the array less.
        root = self.root / (abs(x) * self.steepness + self.one)
        return root * root


class FastSigmoid(Surrogate):
    """The fast sigmoid; long tails reach neurons far from threshold."""

    type: Literal["fast_sigmoid"] = "fast_sigmoid"
    bounded: ClassVar[bool] = False

    def primitive(self, x: Any) -> Any:
        """Return x / (1 + b|x|)."""
        return x / (1.0 + self.slope * np.abs(x))

    def law(self, unit: float) -> FastSigmoidLaw:
        """Return the derivative 1 / (1 + b|x|)²."""
        return FastSigmoidLaw(root=unit**-0.5, steepness=self.slope / unit, one=1.0)
