"""Soft bounds (van Rossum, Bi & Turrigiano 2000; Rubin, Lee & Sompolinsky 2001)."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from neurospike_cli.learning.weight_dependences.weight_dependence import WeightDependence


class MultiplicativeLaw(NamedTuple):
    """room_above = w_max - w, room_below = w - w_min."""

    w_min: float
    w_max: float

    def room_above(self, w: Any) -> Any:
        """Return the way that is left up."""
        return self.w_max - w

    def room_below(self, w: Any) -> Any:
        """Return the way that is left down."""
        return w - self.w_min


class Multiplicative(WeightDependence):
    """A change is proportional to the distance from the bound that it moves towards."""

    type: Literal["multiplicative"] = "multiplicative"

    def law(self, w_min: float, w_max: float) -> MultiplicativeLaw:
        """Return the functions between two bounds, in mV."""
        return MultiplicativeLaw(w_min, w_max)
