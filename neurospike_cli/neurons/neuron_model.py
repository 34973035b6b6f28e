"""What the engines need from a neuron model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.registry import Component

Floats = NDArray[np.floating]
Indices = NDArray[np.int64]

#: Adds to the current of one step what the spikes of earlier steps bring, in place:
#: (step, current of that step, flat indices that fired in each step so far).
RecurrentInput = Callable[[int, Floats, list[Indices]], None]
#: The reverse: (step, gradient of that step's current) -> adds to the gradient of earlier spikes.
RecurrentGradient = Callable[[int, Floats], None]
#: Replaces the distance to the threshold, in mV, by the surrogate derivative of the spike, in
#: place, given the threshold distance in mV.
SurrogateDerivative = Callable[[Floats, float], None]


class NeuronModel(Component):
    """A population of identical point neurons, simulated in integer steps of `dt`."""

    discriminator: ClassVar[str] = "model"
    default_name: ClassVar[str | None] = "lif"

    @property
    @abstractmethod
    def threshold_distance(self) -> float:
        """Distance from rest to threshold in mV: the scale of weights and learning rates."""

    @property
    @abstractmethod
    def time_constants(self) -> dict[str, float]:
        """Time constants by parameter name, in ms; `dt` must not exceed half the smallest."""

    @abstractmethod
    def simulate(
        self, current: Floats, dt: float, recurrent: RecurrentInput | None = None
    ) -> list[Indices]:
        """Run all steps; `current` (step, sample, neuron) becomes the recorded state.

        Returns the flat indices (sample * neurons + neuron) that spiked, ascending, per step.
        """

    @abstractmethod
    def backpropagate(
        self,
        record: Floats,
        spikes: list[Indices],
        spike_gradient: Floats,
        dt: float,
        surrogate: SurrogateDerivative,
        detach_reset: bool,
        recurrent: RecurrentGradient | None = None,
    ) -> Floats:
        """Return the loss gradient of every step's current, shaped as `record`.

        Both `record` and `spike_gradient` are used up: their memory is overwritten.
        """
