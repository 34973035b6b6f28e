"""Between hard and soft bounds (Gütig, Aharonov, Rotter & Sompolinsky 2003, eq. 2).

    room_above = span ((w_max - w)/span)^mu_plus,  room_below = span ((w - w_min)/span)^mu_minus

with span = w_max - w_min. A power in [0, 1] is a product of square roots, one for each binary digit
of the exponent, y^0.101b = y^(1/2) y^(1/8): a square root has the same bits everywhere, where the
power functions of different libraries differ in the last one.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from neurospike_cli.learning.weight_dependences.weight_dependence import WeightDependence
from neurospike_cli.units import Fraction

#: Binary digits of an exponent: those of a float64.
DIGITS = 53


class Power(NamedTuple):
    """y^mu for y and mu in [0, 1].

    Attributes:
        digits: binary digits of mu behind the point, 0 or 1.
        whole: 1 where mu is 1, else 0.
        one: 1 in the type of the others.
    """

    digits: tuple[float, ...]
    whole: float
    one: float

    def of(self, y: Any) -> Any:
        """Return y^mu."""
        # Sums of which one term is 0: exact, also where y is small.
        result, root = self.whole * y + (self.one - self.whole), y
        for digit in self.digits:
            root = np.sqrt(root)
            result = result * (digit * root + (self.one - digit))
        return result


class PowerOfDistance(NamedTuple):
    """The two powers of the module."""

    w_min: float
    w_max: float
    span: float
    per_span: float
    plus: Power
    minus: Power

    def room_above(self, w: Any) -> Any:
        """Return span ((w_max - w)/span)^mu_plus."""
        return self.span * self.plus.of((self.w_max - w) * self.per_span)

    def room_below(self, w: Any) -> Any:
        """Return span ((w - w_min)/span)^mu_minus."""
        return self.span * self.minus.of((w - self.w_min) * self.per_span)


class PowerLaw(WeightDependence):
    """A change is proportional to a power of the distance from the bound that it moves towards."""

    type: Literal["power_law"] = "power_law"
    mu_plus: Fraction = 0.4
    """Exponent of potentiation; 0 is additive, 1 multiplicative."""
    mu_minus: Fraction = 0.4
    """Exponent of depression."""

    def law(self, w_min: float, w_max: float) -> PowerOfDistance:
        """Return the functions between two bounds, in mV."""
        span = w_max - w_min
        return PowerOfDistance(
            w_min, w_max, span, 1 / span, power(self.mu_plus), power(self.mu_minus)
        )


def power(mu: float) -> Power:
    """Return y^mu by the binary digits of mu, in [0, 1]."""
    digits: list[float] = []
    rest = mu if mu < 1 else 0.0
    while rest > 0 and len(digits) < DIGITS:
        digit, rest = divmod(2 * rest, 1.0)
        digits.append(digit)
    # As many digits for every mu, a digit of 0 being a factor of 1: one type, compiled once.
    digits += [0.0] * (DIGITS - len(digits))
    return Power(tuple(digits), 1.0 if mu == 1 else 0.0, 1.0)
