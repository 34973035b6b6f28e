"""Backpropagation through hard spikes against PyTorch's autograd: golden file of `make oracles`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurospike_cli.engine.selection import engine_named
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.surrogates.fast_sigmoid import FastSigmoid
from neurospike_cli.network.layers import NetworkParameters, Recurrence, SpikingLayer
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.network.topology import Topology, build_topology
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.registry import discover
from tests.engines import ENGINES
from tests.oracles import golden_file

MODELS = discover(NeuronModel)
GOLDEN = golden_file.read("torch_gradients")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", GOLDEN.values(), ids=GOLDEN.keys())
def test_gradients_are_those_of_autograd(case: dict[str, Any], engine: str) -> None:
    """Sums of some hundred terms in another order, each rounded at 1e-16 of the largest."""
    counts, gradients = counts_and_gradients(case, engine)
    np.testing.assert_array_equal(counts, case["counts"])
    for name, gradient in gradients.items():
        expected = np.array(case["gradients"][name])
        scale = np.abs(expected).max()
        assert scale > 0
        np.testing.assert_allclose(
            gradient.reshape(expected.shape), expected, rtol=0, atol=1e-12 * scale
        )


def counts_and_gradients(
    case: dict[str, Any], engine: str
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Run the network of a case forward and back on the engine."""
    topology = network(case)
    hidden, readout = topology.layers
    names = {"hidden": hidden.weight, "readout": readout.weight}
    names["recurrent"] = hidden.recurrent_weight
    given = {key: np.array(case["weights"][name]) for name, key in names.items()}
    weights = {key: w.reshape(topology.shapes[key]) for key, w in given.items()}
    spikes, surrogate = SpikeTrain.batch(trains(case)), FastSigmoid(slope=case["slope"])
    chosen, workspace = engine_named(engine), Workspace()
    run = chosen.forward(topology, weights, spikes, workspace, case["detach_reset"])
    found = chosen.backward(
        topology,
        weights,
        run,
        np.array(case["score_gradient"]),
        surrogate,
        case["detach_reset"],
        frozenset(weights),
        workspace,
    )
    return run.scores, {name: found[key].dense(weights[key].shape) for name, key in names.items()}


def network(case: dict[str, Any]) -> Topology:
    """Return the topology: one hidden layer, connected to itself in full, and a spike count."""
    parameters = case["neuron"]
    neuron = MODELS[parameters["model"]](**parameters)
    n_inputs, n_hidden = np.shape(case["weights"]["hidden"])
    n_outputs = np.shape(case["weights"]["readout"])[1]
    everything = Recurrence(probability=1.0, self_connections=True)
    hidden = SpikingLayer(size=n_hidden, neuron=neuron, recurrent=everything)
    parameters = NetworkParameters(hidden=(hidden,), readout=SpikeCount(neuron=neuron))
    return build_topology(parameters, n_inputs, n_outputs, seed=0)


def trains(case: dict[str, Any]) -> list[SpikeTrain]:
    """Return the input of every sample."""
    n_steps, n_channels = np.shape(case["input"])[1:]
    return [
        SpikeTrain.from_pairs(
            *np.nonzero(sample), dt=case["dt"], n_steps=n_steps, n_channels=n_channels
        )
        for sample in case["input"]
    ]
