"""Neurons that have learned without labels, and are given one by what they answered in training.

    r_jc = mean number of spikes of neuron j in training samples of class c

A neuron's class is the one with the largest r_jc, the first of equals; a neuron that never fired
has none. Training samples alone are looked at (Diehl & Cook 2015, section 2.5).
"""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.readouts.readout import Arrays, Readout
from neurospike_cli.neurons.neuron_model import Floats

#: Name of the array r, (class, neuron).
RESPONSES = "readout.responses"


class LabelledNeurons(Readout):
    """Votes of the last hidden layer's neurons."""

    label_samples: int = Field(default=10_000, ge=1)
    """How many training samples the neurons' answers are taken from, at most."""

    @property
    def samples_to_fit(self) -> int:
        """How many training samples `fit` wants to see, at most."""
        return self.label_samples

    def shapes(self, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
        """Return the shape of r."""
        return {RESPONSES: (outputs, inputs)}

    def fit(self, counts: NDArray[np.int64], labels: NDArray[np.int64], arrays: Arrays) -> None:
        """Set r to the mean answers; those of a class without samples are 0."""
        for label, responses in enumerate(arrays[RESPONSES]):
            of_class = counts[labels == label]
            responses[:] = of_class.mean(axis=0) if len(of_class) else 0.0

    def scores(self, spikes: SpikeTrain, arrays: Arrays) -> Floats:
        """Return the votes, (sample, class)."""
        votes = self.votes(arrays[RESPONSES].astype(np.float64))
        scores: Floats = np.einsum("sn,cn->sc", spikes.channel_counts().astype(np.float64), votes)
        return scores

    def spike_gradient(self, score_gradient: Floats, steps: int, arrays: Arrays) -> Floats:
        """Return the loss gradient of every spike that is read: that of all it votes for."""
        votes = self.votes(arrays[RESPONSES].astype(np.float64))
        per_neuron = np.einsum("sc,cn->sn", score_gradient, votes.astype(score_gradient.dtype))
        return np.repeat(per_neuron[:, None], steps, axis=1)

    @abstractmethod
    def votes(self, responses: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what a spike of each neuron counts for each class, (class, neuron).

        Args:
            responses: r.
        """


def shares(responses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p_jc = r_jc / Σ_c r_jc, (class, neuron); 0 for a neuron that never fired."""
    # A neuron's answers are 0 where their sum is.
    total = responses.sum(axis=0)
    return responses / np.where(total > 0, total, 1.0)


def members(responses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1/n_c where a neuron is one of the n_c of class c, else 0, (class, neuron)."""
    fires = responses.sum(axis=0) > 0
    belongs = (responses.argmax(axis=0) == np.arange(len(responses))[:, None]) & fires
    each: NDArray[np.float64] = belongs / np.maximum(1, belongs.sum(axis=1, keepdims=True))
    return each
