"""What a plasticity rule needs to know of how a change depends on the weight.

    potentiation:  dw = +A_plus  · room_above(w) · x
    depression:    dw = -A_minus · room_below(w) · y

In mV; A and the traces have no unit, so that the same numbers mean the same between any bounds.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Protocol

from neurospike_cli.registry import Component


class DependenceLaw(Protocol):
    """The two functions, element by element, of weights between the bounds."""

    def room_above(self, w: Any) -> Any:
        """Return what potentiation is proportional to, in mV."""

    def room_below(self, w: Any) -> Any:
        """Return what depression is proportional to, in mV."""


class WeightDependence(Component):
    """How far from its bounds a weight may still move."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "additive"

    @abstractmethod
    def law(self, w_min: float, w_max: float) -> DependenceLaw:
        """Return the functions between two bounds, in mV."""
