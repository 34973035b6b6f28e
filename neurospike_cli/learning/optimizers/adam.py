"""Adam (Kingma & Ba 2015, algorithm 1), in units of the threshold distance θ.

m = β1 m + (1 - β1) g θ        v = β2 v + (1 - β2) (g θ)²
w -= θ η m̂ / (sqrt(v̂) + ε),   m̂ = m / (1 - β1^t),  v̂ = v / (1 - β2^t)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.learning.optimizers.optimizer import Arrays, Optimizer

#: Elements changed at a time.
BLOCK = 32_768


class Adam(Optimizer):
    """Adam with bias correction; the equations are the module's."""

    type: Literal["adam"] = "adam"
    beta1: float = Field(default=0.9, ge=0, lt=1)
    """Decay of the gradient's mean per step."""
    beta2: float = Field(default=0.999, ge=0, lt=1)
    """Decay of the squared gradient's mean per step."""
    epsilon: float = Field(default=1e-8, gt=0, le=1)
    """Added to the denominator, in loss per threshold distance."""

    def start(self, weights: Mapping[str, NDArray[np.floating]]) -> Arrays:
        """Return zero moments for every weight array and a step count of 0."""
        state: Arrays = {"t": np.zeros(1, dtype=np.float64)}
        for name, weight in weights.items():
            state[f"m.{name}"] = np.zeros_like(weight)
            state[f"v.{name}"] = np.zeros_like(weight)
        return state

    def step(
        self,
        weights: Arrays,
        gradients: Mapping[str, NDArray[np.floating]],
        scales: Mapping[str, float],
        state: Arrays,
    ) -> None:
        """Change `weights` and `state` in place by one step."""
        state["t"] += 1
        t = float(state["t"][0])
        for name, gradient in gradients.items():
            arrays = weights[name], gradient, state[f"m.{name}"], state[f"v.{name}"]
            flat = [array.reshape(-1) for array in arrays]
            # Blocks that stay in the cache for all passes over them.
            for start in range(0, gradient.size, BLOCK):
                self._step([a[start : start + BLOCK] for a in flat], scales[name], t)

    def _step(self, arrays: list[NDArray[np.floating]], scale: float, t: float) -> None:
        weight, g, m, v = arrays
        # Factors are gathered so that each array is passed over as seldom as possible.
        g *= scale * (1 - self.beta1)
        m *= self.beta1
        m += g
        g *= g
        g *= (1 - self.beta2) / (1 - self.beta1) ** 2
        v *= self.beta2
        v += g
        correction = (1 - self.beta2**t) ** 0.5
        np.sqrt(v, out=g)
        g += self.epsilon * correction
        np.divide(m, g, out=g)
        g *= self.learning_rate * scale * correction / (1 - self.beta1**t)
        weight -= g
