"""Adam (Kingma & Ba 2015, algorithm 1), in units of the threshold distance θ.

m = β1 m + (1 - β1) g θ        v = β2 v + (1 - β2) (g θ)²
w -= θ η m̂ / (sqrt(v̂) + ε),   m̂ = m / (1 - β1^t),  v̂ = v / (1 - β2^t)
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import Field

from neurospike_cli.learning.optimizers.optimizer import Optimizer


class AdamLaw(NamedTuple):
    """The equations of the module for one step, with as few operations as they allow.

    Attributes:
        beta1, beta2: β1 and β2.
        first, second: (1 - β1) θ and (1 - β2) θ².
        floor: ε sqrt(1 - β2^t).
        rate: θ η sqrt(1 - β2^t) / (1 - β1^t).
    """

    beta1: float
    beta2: float
    first: float
    second: float
    floor: float
    rate: float

    def change(self, weight: Any, gradient: Any, moments: tuple[Any, ...]) -> Any:
        """Return the weight, and m and v."""
        m, v = moments
        m = m * self.beta1 + gradient * self.first
        v = v * self.beta2 + gradient * gradient * self.second
        return weight - self.rate * (m / (np.sqrt(v) + self.floor)), (m, v)


class Adam(Optimizer):
    """Adam with bias correction; the equations are the module's."""

    moments: ClassVar[tuple[str, ...]] = ("m", "v")
    type: Literal["adam"] = "adam"
    beta1: float = Field(default=0.9, ge=0, lt=1)
    """Decay of the gradient's mean per step."""
    beta2: float = Field(default=0.999, ge=0, lt=1)
    """Decay of the squared gradient's mean per step."""
    epsilon: float = Field(default=1e-8, gt=0, le=1)
    """Added to the denominator, in loss per threshold distance."""

    def law(self, t: int, scale: float) -> AdamLaw:
        """Return the equations of step t."""
        correction = (1 - self.beta2**t) ** 0.5
        return AdamLaw(
            beta1=self.beta1,
            beta2=self.beta2,
            first=(1 - self.beta1) * scale,
            second=(1 - self.beta2) * scale**2,
            floor=self.epsilon * correction,
            rate=self.learning_rate * scale * correction / (1 - self.beta1**t),
        )
