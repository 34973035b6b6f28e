"""What a plasticity rule needs to know of a norm that each neuron's weights are brought to."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from neurospike_cli.engine.plasticity import NormLaw
from neurospike_cli.neurons.neuron_model import Floats
from neurospike_cli.registry import Component

#: A norm, in mV.
Norm = Annotated[float, Field(gt=0, le=1e12)]


class Normalization(Component):
    """The weights that arrive at a neuron, multiplied by one factor after samples.

    A weight that would pass a bound stays at it; a neuron whose weights are all 0 is left alone.
    """

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "l1"

    target: Norm | Literal["auto"] = "auto"
    """The norm, in mV, greater than 0; `auto`: the mean norm of the first weights."""
    every: int = Field(default=1, ge=1)
    """Number of samples from one normalization to the next."""

    @abstractmethod
    def norms(self, weight: Floats) -> Floats:
        """Return the norm of each neuron's weights, (neuron,), in mV."""

    @abstractmethod
    def law(self, target: float) -> NormLaw:
        """Return the equations for a norm of `target` mV."""

    @abstractmethod
    def largest(self, inputs: int, bound: float) -> float:
        """Return the norm of `inputs` weights that are all as large as `bound`, in mV."""

    def target_for(self, weight: Floats) -> float:
        """Return the target for a layer with these first weights, in mV."""
        if self.target == "auto":
            return float(np.mean(self.norms(weight.astype(np.float64))))
        return self.target
