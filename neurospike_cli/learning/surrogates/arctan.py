"""Arctangent (Fang et al. 2021): 2/(π b) atan(π b x/2), with derivative 1 / (1 + (π b x/2)²).

The published one times 2/b, so that at threshold it is 1 as all others are, whatever b.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np

from neurospike_cli.learning.surrogates.surrogate import Surrogate


class ArctanLaw(NamedTuple):
    """(1/unit) / (1 + (π b x/(2 unit))²): `height` is 1/unit, `steepness` is π b/(2 unit)."""

    height: float
    steepness: float
    one: float

    def slope(self, x: Any) -> Any:
        """Return the derivative at x."""
        scaled = x * self.steepness
        return self.height / (scaled * scaled + self.one)


class Arctan(Surrogate):
    """The arctangent; its tails fall like those of the fast sigmoid, its top is rounder."""

    type: Literal["arctan"] = "arctan"
    bounded: ClassVar[bool] = False

    def primitive(self, x: Any) -> Any:
        """Return 2/(π b) atan(π b x/2)."""
        steepness = 0.5 * np.pi * self.slope
        return np.arctan(steepness * x) / steepness

    def law(self, unit: float) -> ArctanLaw:
        """Return the derivative 1 / (1 + (π b x/2)²)."""
        return ArctanLaw(height=1.0 / unit, steepness=0.5 * np.pi * self.slope / unit, one=1.0)
