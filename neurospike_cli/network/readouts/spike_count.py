"""Spike-count readout: a class's score is the number of spikes of its output neuron."""

from __future__ import annotations

from typing import Literal

import numpy as np

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.readouts.readout import Readout
from neurospike_cli.neurons.neuron_model import Floats


class SpikeCount(Readout):
    """score[c] = Σ_k s_k[c], so that d score / d s_k = 1 in every step."""

    type: Literal["spike_count"] = "spike_count"

    def scores(self, spikes: SpikeTrain) -> Floats:
        """Count the spikes of each output neuron, (sample, class)."""
        return spikes.channel_counts().astype(np.float64)

    def spike_gradient(self, score_gradient: Floats, steps: int) -> Floats:
        """Repeat the score's gradient over the steps, (sample, step, class)."""
        return np.repeat(score_gradient[:, None], steps, axis=1)
