"""Votes of labelled neurons that count alike (Diehl & Cook 2015, section 2.5)."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.readouts._labelled_neurons import LabelledNeurons, members


class AllActivity(LabelledNeurons):
    """score[c] = mean spikes of the neurons whose class is c."""

    type: Literal["all_activity"] = "all_activity"

    def votes(self, responses: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return 1/n_c for the n_c neurons of class c, (class, neuron)."""
        return members(responses)
