"""How the network's activity becomes one score per class."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.lateral_inhibition import LateralInhibition
from neurospike_cli.network.uniform_weights import UniformWeights
from neurospike_cli.neurons.neuron_model import Floats, NeuronModel
from neurospike_cli.registry import Component

Arrays = Mapping[str, Floats]


class Readout(Component):
    """The neurons that answer, and the scores read from them."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "spike_count"

    @property
    def output_neuron(self) -> NeuronModel | None:
        """The model of the output layer, which has a neuron a class.

        None where there is no such layer, and the last hidden layer is read.
        """
        return None

    @property
    def output_weights(self) -> UniformWeights | None:
        """How the output layer's weights begin; None where initialization says it."""
        return None

    @property
    def output_inhibition(self) -> LateralInhibition | None:
        """Inhibition of output neurons among each other."""
        return None

    @property
    def output_winners(self) -> int | None:
        """How many output neurons fire in a step at most; None for no limit."""
        return None

    @property
    def samples_to_fit(self) -> int:
        """How many training samples `fit` wants to see, at most."""
        return 0

    def shapes(self, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
        """Return the arrays that the readout learns, by name; they are kept with the weights.

        Args:
            inputs: neurons of the layer that is read.
            outputs: classes.
        """
        return {}

    def fit(self, counts: NDArray[np.int64], labels: NDArray[np.int64], arrays: Arrays) -> None:
        """Learn from training samples, in place.

        Args:
            counts: spikes of each neuron that is read, (sample, neuron).
            labels: classes of the samples.
            arrays: those of `shapes`, among others.
        """
        return

    @abstractmethod
    def scores(self, spikes: SpikeTrain, arrays: Arrays) -> Floats:
        """Return the scores, (sample, class).

        Args:
            spikes: of the layer that is read.
            arrays: the network's weights, with those of `shapes`.
        """

    @abstractmethod
    def spike_gradient(self, score_gradient: Floats, steps: int, arrays: Arrays) -> Floats:
        """Return the loss gradient of every spike that is read, (sample, step, neuron)."""
