"""Spike-count readout: a class's score is the number of spikes of its output neuron."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.lateral_inhibition import LateralInhibition
from neurospike_cli.network.readouts.readout import Arrays, Readout
from neurospike_cli.network.uniform_weights import UniformWeights
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.neurons.neuron_model import Floats, NeuronModel
from neurospike_cli.registry import OneOf


class SpikeCount(Readout):
    """score[c] = Σ_k s_k[c], so that d score / d s_k = 1 in every step."""

    type: Literal["spike_count"] = "spike_count"
    neuron: Annotated[NeuronModel, OneOf()] = LIFNeuron()
    """The output layer's neuron model."""
    inhibition: LateralInhibition | None = None
    """Inhibition of output neurons among each other."""
    winners: int | None = Field(default=None, ge=1)
    """How many output neurons fire in a step at most, those furthest beyond their threshold;
    without it, all that reach it."""
    initial_weights: UniformWeights | None = None
    """How the weights to the output layer begin; without it, as `initialization` says."""

    @property
    def output_neuron(self) -> NeuronModel:
        """The model of the output layer, which has a neuron a class."""
        return self.neuron

    @property
    def output_weights(self) -> UniformWeights | None:
        """How the output layer's weights begin; None where initialization says it."""
        return self.initial_weights

    @property
    def output_inhibition(self) -> LateralInhibition | None:
        """Inhibition of output neurons among each other."""
        return self.inhibition

    @property
    def output_winners(self) -> int | None:
        """How many output neurons fire in a step at most; None for no limit."""
        return self.winners

    def scores(self, spikes: SpikeTrain, arrays: Arrays) -> Floats:
        """Count the spikes of each output neuron, (sample, class)."""
        return spikes.channel_counts().astype(np.float64)

    def spike_gradient(self, score_gradient: Floats, steps: int, arrays: Arrays) -> Floats:
        """Repeat the score's gradient over the steps, (sample, step, class)."""
        return np.repeat(score_gradient[:, None], steps, axis=1)
