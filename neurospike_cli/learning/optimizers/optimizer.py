"""What a learning rule needs from an optimiser."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.engine.engine import DescentLaw, Engine, Gradient
from neurospike_cli.registry import Component

Arrays = dict[str, NDArray[np.floating]]


class Optimizer(Component):
    """Turns gradients into weight changes; its state is a dictionary of arrays it is given.

    Attributes:
        moments: names of the arrays that are kept for every weight array.
    """

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "adam"
    moments: ClassVar[tuple[str, ...]]

    learning_rate: float = Field(default=1e-3, gt=0, le=1e3)
    """Step size, in units of the layer's threshold distance."""

    @abstractmethod
    def law(self, t: int, scale: float) -> DescentLaw:
        """Return the equations of step t, from 1 on, for weights of threshold distance `scale`."""

    def start(self, weights: Mapping[str, NDArray[np.floating]]) -> Arrays:
        """Return the state before the first step: zero moments, no live row, a step count of 0."""
        state: Arrays = {"t": np.zeros(1, dtype=np.float64)}
        for name, weight in weights.items():
            state |= {f"{moment}.{name}": np.zeros_like(weight) for moment in self.moments}
            state[f"live.{name}"] = np.zeros(len(weight), dtype=weight.dtype)
        return state

    def state_size(self, shapes: Iterable[tuple[int, ...]]) -> int:
        """Return how many numbers `start` allocates for weights of these shapes."""
        return sum(len(self.moments) * math.prod(shape) + shape[0] for shape in shapes)

    def step(
        self,
        engine: Engine,
        weights: Arrays,
        gradients: Mapping[str, Gradient],
        scales: Mapping[str, float],
        state: Arrays,
        factor: float = 1.0,
    ) -> None:
        """Change `weights` and `state` in place.

        Args:
            engine: what does the arithmetic.
            weights: the parameters, in mV.
            gradients: d loss / d weight of those that learn, per mV.
            scales: threshold distance of each parameter's layer, in mV.
            state: as `start` returned it.
            factor: of the learning rate.
        """
        state["t"] += 1
        t = int(state["t"][0])
        scheduled = self.model_copy(update={"learning_rate": self.learning_rate * factor})
        for name, gradient in gradients.items():
            moments = [state[f"{moment}.{name}"] for moment in self.moments]
            law, live = scheduled.law(t, scales[name]), state[f"live.{name}"]
            engine.descend(law, weights[name], gradient, moments, live)
