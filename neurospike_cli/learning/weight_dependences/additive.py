"""Changes that do not depend on the weight (Song, Miller & Abbott 2000): hard bounds alone."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from neurospike_cli.learning.weight_dependences.weight_dependence import WeightDependence


class AdditiveLaw(NamedTuple):
    """room_above = room_below = w_max - w_min."""

    span: float

    def room_above(self, w: Any) -> Any:
        """Return the distance between the bounds."""
        return self.span

    def room_below(self, w: Any) -> Any:
        """Return the distance between the bounds."""
        return self.span


class Additive(WeightDependence):
    """Every change is as large as any other, whatever the weight."""

    type: Literal["additive"] = "additive"

    def law(self, w_min: float, w_max: float) -> AdditiveLaw:
        """Return the functions between two bounds, in mV."""
        return AdditiveLaw(w_max - w_min)
