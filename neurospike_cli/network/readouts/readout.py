"""How the output layer's activity becomes one score per class."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.neurons.neuron_model import Floats, NeuronModel
from neurospike_cli.registry import Component, OneOf


class Readout(Component):
    """The output layer's neurons, and the scores read from them."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "spike_count"

    neuron: Annotated[NeuronModel, OneOf()] = LIFNeuron()
    """The output layer's neuron model."""

    @abstractmethod
    def scores(self, spikes: SpikeTrain) -> Floats:
        """Return the scores, (sample, class), from the spikes of the output layer."""

    @abstractmethod
    def spike_gradient(self, score_gradient: Floats, steps: int) -> Floats:
        """Return the loss gradient of every output spike, (sample, step, class)."""
