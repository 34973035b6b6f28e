"""What a reward allocates is what is predicted of it."""

from __future__ import annotations

import tracemalloc

import numpy as np

from neurospike_cli.engine.engine import BatchSize
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.layers import NetworkParameters, SpikingLayer
from neurospike_cli.network.uniform_weights import UniformWeights
from neurospike_cli.neurons.lif import LIFNeuron
from tests.learning.trials import rule_of

INPUTS, SIZE = 2000, 500


def test_weights_of_a_trial_take_what_is_predicted() -> None:
    """2000 x 500 weights of 4 bytes; two spikes on either side, so that little else is held."""
    layer = SpikingLayer(
        size=SIZE,
        neuron=LIFNeuron(v_thresh=-64.0),
        initial_weights=UniformWeights(low=0.0, high=1.0),
        winners=1,
    )
    parameters = NetworkParameters(hidden=(layer,))
    net = NeuroSpikeNetwork.from_parameters(parameters, INPUTS, 2, 0, "float32", "numpy")
    net.is_calibrated = True
    steps, channels = np.array([2, 2, 3, 3]), np.array([1, 5, 7, 9])
    sample = SpikeTrain.from_pairs(steps, channels, dt=1.0, n_steps=5, n_channels=INPUTS)
    rule = rule_of(layers=(0,), reward={"type": "by_class", "values": [1.0, 0.0]})
    state, before = rule.start(net), net.weights["hidden.0.weight"].copy()
    tracemalloc.start()
    rule.update(net, sample, np.array([0]), state)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not np.array_equal(net.weights["hidden.0.weight"], before)
    size = BatchSize(1, 5, 4, 1.0, 20.0, np.dtype(np.float32))
    needs = rule.bytes_needed(net.engine, net.topology, size)
    predicted = needs.passing["eligible weights"]
    assert 0.7 * predicted < peak < 1.1 * predicted
