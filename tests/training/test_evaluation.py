"""Evaluation against the plain-loop network, sample by sample."""

from __future__ import annotations

import numpy as np

from neurospike_cli.engine.neurospike_network import NetworkConfig, RecurrentSpikingNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.losses.cross_entropy import CrossEntropy
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.training.evaluation import evaluate
from tests.engine import oracle

SAMPLES, STEPS, CHANNELS = 70, 15, 6  # more samples than one batch of the evaluation


def test_every_number_is_that_of_plain_loops() -> None:
    rng = np.random.default_rng(0)
    dense = (rng.random((SAMPLES, STEPS, CHANNELS)) < 0.3).astype(np.int32)
    labels = rng.integers(0, 3, SAMPLES)
    trains = [
        SpikeTrain.from_pairs(*np.nonzero(d), dt=1.0, n_steps=STEPS, n_channels=CHANNELS)
        for d in dense
    ]
    config = NetworkConfig(input_size=CHANNELS, hidden_sizes=(5, 4), output_size=3)
    network = RecurrentSpikingNetwork(config, LIFNeuron(tau_m=8.0), recurrent_prob=0.5, seed=2)
    spikes = SpikeTrain.batch(trains)
    result = evaluate(network, CrossEntropy(), spikes, labels)

    layers = oracle.run(oracle.Case(network.topology, network.weights, dense, 1.0))
    scores = layers[-1].sum(axis=1)
    predicted = scores.argmax(axis=1)
    np.testing.assert_array_equal(result.predicted, predicted)
    assert result.accuracy == np.mean(predicted == labels)
    for truth in range(3):
        for answer in range(3):
            n = sum((labels == truth) & (predicted == answer))
            assert result.confusion[truth, answer] == n
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    # A mean of 70 logarithms: rounding only.
    np.testing.assert_allclose(result.loss, -np.log(p[range(SAMPLES), labels]).mean(), rtol=1e-12)
    assert result.spikes == sum(s.sum() for s in layers) / SAMPLES
    assert result.spikes > 0
    for layer, s in zip(network.topology.layers, layers, strict=True):
        fired = [n for n in range(layer.size) if s[:, :, n].any()]
        assert result.active_fraction[layer.name] == len(fired) / layer.size
    assert result.operations == _operations(network, dense, layers) / SAMPLES


def _operations(network: RecurrentSpikingNetwork, dense: np.ndarray, layers: list) -> float:
    """Count one operation for every existing synapse behind every spike."""
    total, source = 0.0, dense
    for layer, spikes in zip(network.topology.layers, layers, strict=True):
        total += source.sum() * layer.size
        if layer.recurrent is not None:
            for n in range(layer.size):
                targets = layer.recurrent.indptr[n + 1] - layer.recurrent.indptr[n]
                total += spikes[:, :, n].sum() * targets
        source = spikes
    return total
