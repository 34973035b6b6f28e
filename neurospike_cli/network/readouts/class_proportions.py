"""Votes for all classes: each spike is divided as the neuron's spikes were in training."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.readouts._labelled_neurons import LabelledNeurons, shares


class ClassProportions(LabelledNeurons):
    """score[c] = Σ_j p_jc times spikes of neuron j, p_jc = r_jc / Σ_c r_jc."""

    type: Literal["class_proportions"] = "class_proportions"

    def votes(self, responses: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return p_jc, (class, neuron)."""
        return shares(responses)
