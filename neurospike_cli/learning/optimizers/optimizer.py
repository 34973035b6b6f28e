"""What a learning rule needs from an optimiser."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.registry import Component

Arrays = dict[str, NDArray[np.floating]]


class Optimizer(Component):
    """Turns gradients into weight changes; its state is a dictionary of arrays it is given."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "adam"

    learning_rate: float = Field(default=1e-3, gt=0, le=1e3)
    """Step size, in units of the layer's threshold distance."""

    @abstractmethod
    def start(self, weights: Mapping[str, NDArray[np.floating]]) -> Arrays:
        """Return the state before the first step."""

    @abstractmethod
    def step(
        self,
        weights: Arrays,
        gradients: Mapping[str, NDArray[np.floating]],
        scales: Mapping[str, float],
        state: Arrays,
    ) -> None:
        """Change `weights` and `state` in place.

        Args:
            weights: the parameters, in mV.
            gradients: d loss / d weight of those that learn, per mV; used up.
            scales: threshold distance of each parameter's layer, in mV.
            state: as `start` returned it.
        """
