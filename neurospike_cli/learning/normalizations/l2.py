"""Root of the sum of squares: sqrt(Σ_i w_ij²) = target."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np

from neurospike_cli.learning.normalizations.normalization import Normalization
from neurospike_cli.neurons.neuron_model import Floats


class L2Law(NamedTuple):
    """w *= target / sqrt(Σ w²)."""

    target: float

    def norm_part(self, w: Any) -> Any:
        """Return w²."""
        return w * w

    def norm_factor(self, total: Any) -> Any:
        """Return target / sqrt(Σ w²)."""
        return self.target / np.sqrt(total)


class L2(Normalization):
    """The length of the vector of a neuron's weights is kept."""

    type: Literal["l2"] = "l2"

    def norms(self, weight: Floats) -> Floats:
        """Return sqrt(Σ_i w_ij²), (neuron,), in mV."""
        return np.asarray(np.sqrt(np.square(weight).sum(axis=0)))

    def law(self, target: float) -> L2Law:
        """Return the equations for a norm of `target` mV."""
        return L2Law(target)

    def largest(self, inputs: int, bound: float) -> float:
        """Return the norm of `inputs` weights that are all as large as `bound`, in mV."""
        return float(inputs**0.5 * bound)
