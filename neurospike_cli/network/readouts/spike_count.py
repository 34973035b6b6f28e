"""Spike-count readout: a class's score is the number of spikes of its output neuron."""

from __future__ import annotations

from typing import Literal

import numpy as np

from neurospike_cli.network.readouts.readout import Readout
from neurospike_cli.neurons.neuron_model import Floats, Indices


class SpikeCount(Readout):
    """score[c] = Σ_k s_k[c], so that d score / d s_k = 1 in every step."""

    type: Literal["spike_count"] = "spike_count"

    def scores(self, spikes: list[Indices], samples: int, classes: int) -> Floats:
        """Count the spikes of each output neuron, (sample, class)."""
        fired = np.concatenate(spikes) if spikes else np.empty(0, dtype=np.int64)
        counts = np.bincount(fired, minlength=samples * classes)
        return counts.reshape(samples, classes).astype(np.float64)

    def spike_gradient(self, score_gradient: Floats, steps: int) -> Floats:
        """Repeat the score's gradient over the steps, (step, sample, class)."""
        return np.repeat(score_gradient[None], steps, axis=0)
