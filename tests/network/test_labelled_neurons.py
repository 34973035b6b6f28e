"""Votes of neurons that were labelled after training, by hand.

Five neurons, three classes, mean spikes in training:

    neuron      0    1    2    3    4
    class 0     6    0    1    0    2
    class 1     2    4    1    0    2
    class 2     0    4    2    0    0
    belongs     0    1    2    -    0        the first of equals; neuron 3 never fired
"""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.readouts._labelled_neurons import RESPONSES, LabelledNeurons
from neurospike_cli.network.readouts.readout import Readout
from neurospike_cli.registry import discover

R = np.array([[6.0, 0.0, 1.0, 0.0, 2.0], [2.0, 4.0, 1.0, 0.0, 2.0], [0.0, 4.0, 2.0, 0.0, 0.0]])
SPIKES = np.array([3, 2, 4, 9, 1])

#: Neurons 0 and 4 share class 0. p of neuron 0: 3/4, 1/4, 0; of 1: 0, 1/2, 1/2; of 2: 1/4, 1/4,
#: 1/2; of 4: 1/2, 1/2, 0.
SCORES = {
    "all_activity": [(3 + 1) / 2, 2, 4],
    "proportion_weighted": [(3 * 0.75 + 1 * 0.5) / 2, 2 * 0.5, 4 * 0.5],
    "class_proportions": [3 * 0.75 + 4 * 0.25 + 0.5, 0.75 + 1 + 1 + 0.5, 1 + 2],
}


def readout(name: str) -> LabelledNeurons:
    made = discover(Readout)[name]()
    assert isinstance(made, LabelledNeurons)
    return made


def train(counts: np.ndarray) -> SpikeTrain:
    """Return a sample in which each neuron spikes as often, one spike a step."""
    channels = np.repeat(np.arange(len(counts)), counts)
    steps = np.concatenate([np.arange(n) for n in counts])
    return SpikeTrain.from_pairs(steps, channels, dt=1.0, n_steps=12, n_channels=len(counts))


@pytest.mark.parametrize("name", SCORES)
def test_scores_by_hand(name: str) -> None:
    scores = readout(name).scores(train(SPIKES), {RESPONSES: R.astype(np.float32)})
    np.testing.assert_allclose(scores, [SCORES[name]], rtol=1e-15)


def test_evidence_is_the_logarithm_of_shares_with_a_prior() -> None:
    scores = readout("log_proportions").scores(train(SPIKES), {RESPONSES: R})
    shares = (R + 1e-3) / (R + 1e-3).sum(axis=0)
    expected = [sum(n * np.log(p) for n, p in zip(SPIKES, row, strict=True)) for row in shares]
    np.testing.assert_allclose(scores, [expected], rtol=1e-14)


def test_answers_are_means_over_the_samples_of_a_class() -> None:
    """A class without samples has answers of 0, and wins nothing."""
    counts, labels = np.array([[2, 0], [4, 1], [0, 9]]), np.array([0, 0, 1])
    arrays = {RESPONSES: np.full((3, 2), 7.0)}
    readout("all_activity").fit(counts, labels, arrays)
    assert arrays[RESPONSES].tolist() == [[3.0, 0.5], [0.0, 9.0], [0.0, 0.0]]


@pytest.mark.parametrize("name", [*SCORES, "log_proportions"])
def test_a_spike_counts_for_the_loss_what_it_votes(name: str) -> None:
    """Scores are linear in spikes: one more of neuron j changes them by its votes."""
    arrays, gradient = {RESPONSES: R}, np.array([[0.5, -2.0, 1.0]])
    found = readout(name).spike_gradient(gradient, 12, arrays)[0]
    before = readout(name).scores(train(SPIKES), arrays)
    for j in range(len(SPIKES)):
        more = readout(name).scores(train(SPIKES + np.eye(5, dtype=int)[j]), arrays)
        expected = float(((more - before) * gradient).sum())
        np.testing.assert_allclose(found[:, j], expected, rtol=0, atol=1e-13)
