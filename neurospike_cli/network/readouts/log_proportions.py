"""Votes for all classes by their evidence: the naive Bayes classifier of the neurons' spikes."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.network.readouts._labelled_neurons import LabelledNeurons, shares


class LogProportions(LabelledNeurons):
    """score[c] = Σ_j log p_jc times spikes of neuron j, p_jc = r_jc / Σ_c r_jc.

    p_jc is the probability of class c given a spike of neuron j, where classes are equally likely.
    """

    type: Literal["log_proportions"] = "log_proportions"
    prior: float = Field(default=1e-3, gt=0, le=1e3)
    """Spikes of each neuron in a sample of each class that are added to what was counted."""

    def votes(self, responses: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return log p_jc, (class, neuron)."""
        evidence: NDArray[np.float64] = np.log(shares(responses + self.prior))
        return evidence
