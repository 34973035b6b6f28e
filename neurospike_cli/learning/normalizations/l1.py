"""Sum of sizes: Σ_i |w_ij| = target."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from neurospike_cli.learning.normalizations.normalization import Normalization
from neurospike_cli.neurons.neuron_model import Floats


class L1Law(NamedTuple):
    """w *= target / Σ |w|."""

    target: float

    def norm_part(self, w: Any) -> Any:
        """Return |w|."""
        return np.abs(w)

    def norm_factor(self, total: Any) -> Any:
        """Return target / Σ |w|."""
        return self.target / total


class L1(Normalization):
    """The sum of the sizes of a neuron's weights is kept."""

    type: Literal["l1"] = "l1"

    def norms(self, weight: Floats) -> Floats:
        """Return Σ_i |w_ij|, (neuron,), in mV."""
        return np.asarray(np.abs(weight).sum(axis=0))

    def law(self, target: float) -> L1Law:
        """Return the equations for a norm of `target` mV."""
        return L1Law(target)

    def largest(self, inputs: int, bound: float) -> float:
        """Return the norm of `inputs` weights that are all as large as `bound`, in mV."""
        return inputs * bound
