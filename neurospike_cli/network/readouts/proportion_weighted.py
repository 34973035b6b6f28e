"""Votes of labelled neurons, each as good as it is selective (Hazan et al. 2018, BindsNET)."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.readouts._labelled_neurons import LabelledNeurons, members, shares


class ProportionWeighted(LabelledNeurons):
    """score[c] = mean over the neurons of class c of p_jc times spikes, p_jc = r_jc / Σ_c r_jc."""

    type: Literal["proportion_weighted"] = "proportion_weighted"

    def votes(self, responses: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return p_jc/n_c for the n_c neurons of class c, (class, neuron)."""
        return members(responses) * shares(responses)
