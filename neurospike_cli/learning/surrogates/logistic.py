"""Logistic function σ (Neftci, Mostafa & Zenke 2019): 4/b σ(b x), with derivative 4 σ(b x) σ(-b x).

The published one times 4/b, so that at threshold it is 1 as all others are, whatever b.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from neurospike_cli.learning.surrogates.surrogate import Surrogate


class LogisticLaw(NamedTuple):
    """(4/unit) e / (1 + e)², e = exp(-b|x/unit|): `height` is 4/unit, `steepness` is b/unit.

    e lies between 0 and 1: nothing overflows, however far from threshold.
    """

    height: float
    steepness: float
    one: float

    def slope(self, x: Any) -> Any:
        """Return the derivative at x."""
        left = np.exp(-(abs(x) * self.steepness))
        whole = left + self.one
        return self.height * left / (whole * whole)


class Logistic(Surrogate):
    """The logistic function; its tails fall exponentially."""

    type: Literal["logistic"] = "logistic"
    bounded: ClassVar[bool] = False

    def primitive(self, x: Any) -> Any:
        """Return 4/b σ(b x) less its value 2/b at threshold: 2/b tanh(b x/2)."""
        return 2.0 / self.slope * np.tanh(0.5 * self.slope * x)

    def law(self, unit: float) -> LogisticLaw:
        """Return the derivative 4 σ(b x) σ(-b x)."""
        return LogisticLaw(height=4.0 / unit, steepness=self.slope / unit, one=1.0)
