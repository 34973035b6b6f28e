"""Stochastic gradient descent with momentum μ, in units of the threshold distance θ.

u = μ u + g θ        w -= θ η u
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.learning.optimizers.optimizer import Arrays, Optimizer


class SGD(Optimizer):
    """Gradient descent with classical momentum; the equations are the module's."""

    type: Literal["sgd"] = "sgd"
    momentum: float = Field(default=0.9, ge=0, lt=1)
    """Share of the last step that is kept."""

    def start(self, weights: Mapping[str, NDArray[np.floating]]) -> Arrays:
        """Return a zero velocity for every weight array."""
        return {f"u.{name}": np.zeros_like(weight) for name, weight in weights.items()}

    def step(
        self,
        weights: Arrays,
        gradients: Mapping[str, NDArray[np.floating]],
        scales: Mapping[str, float],
        state: Arrays,
    ) -> None:
        """Change `weights` and `state` in place by one step."""
        for name, gradient in gradients.items():
            velocity = state[f"u.{name}"]
            velocity *= self.momentum
            velocity += gradient * gradient.dtype.type(scales[name])
            weights[name] -= self.learning_rate * scales[name] * velocity
