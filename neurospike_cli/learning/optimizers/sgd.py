"""Stochastic gradient descent with momentum μ, in units of the threshold distance θ.

u = μ u + g θ        w -= θ η u
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from neurospike_cli.learning.optimizers.optimizer import Optimizer


class SGDLaw(NamedTuple):
    """The equations of the module for one step: `rate` is θ η."""

    momentum: float
    scale: float
    rate: float

    def change(self, weight: Any, gradient: Any, moments: tuple[Any, ...]) -> Any:
        """Return the weight, and u."""
        velocity = moments[0] * self.momentum + gradient * self.scale
        return weight - self.rate * velocity, (velocity,)


class SGD(Optimizer):
    """Gradient descent with classical momentum; the equations are the module's."""

    moments: ClassVar[tuple[str, ...]] = ("u",)
    type: Literal["sgd"] = "sgd"
    momentum: float = Field(default=0.9, ge=0, lt=1)
    """Share of the last step that is kept."""

    def law(self, t: int, scale: float) -> SGDLaw:
        """Return the equations of a step; all are alike."""
        return SGDLaw(self.momentum, scale, self.learning_rate * scale)
