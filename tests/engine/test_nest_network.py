"""A recurrent network with delays against NEST: golden file of `make oracles`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from neurospike_cli.engine.selection import engine_named
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.layers import NetworkParameters, SpikingLayer
from neurospike_cli.network.recurrent_pairs import RecurrentPairs
from neurospike_cli.network.topology import Topology, build_topology
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.registry import discover
from tests.engines import ENGINES
from tests.oracles import golden_file


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", golden_file.read("nest_delays").values())
def test_a_network_with_delays_spikes_as_in_nest(case: dict[str, Any], engine: str) -> None:
    topology, weights = network(case)
    pairs = [(k, n) for n, steps in enumerate(case["input"]) for k in steps]
    extent = {"dt": case["dt"], "n_steps": case["steps"], "n_channels": len(case["input"])}
    train = SpikeTrain.from_pairs(*np.array(pairs).T, **extent)
    run = engine_named(engine).forward(topology, weights, train, Workspace())
    spikes = run.spikes(0)
    found = [spikes.steps()[spikes.channels == n].tolist() for n in range(topology.layers[0].size)]
    assert found == case["spikes"]
    assert sum(len(steps) for steps in found) > 300


def network(case: dict[str, Any]) -> tuple[Topology, dict[str, np.ndarray]]:
    """Return one layer whose neuron n has input n alone; NEST's delay d is d - 1 further steps."""
    parameters = case["neuron"]
    neuron = discover(NeuronModel)[parameters["model"]](**parameters)
    size = len(case["input"])
    layers = NetworkParameters(hidden=(SpikingLayer(size=size, neuron=neuron),))
    topology = build_topology(layers, size, 2, seed=0, dt=case["dt"])
    # By delay, the longest first, then by presynaptic and postsynaptic neuron.
    connections = sorted(case["connections"], key=lambda c: (-c[3], c[0], c[1]))
    delays = sorted({c[3] - 1 for c in connections}, reverse=True)
    rows = [delays.index(c[3] - 1) * size + c[0] for c in connections]
    pairs = RecurrentPairs(
        size=size,
        indptr=np.searchsorted(rows, np.arange(len(delays) * size + 1)).astype(np.int32),
        indices=np.array([c[1] for c in connections], dtype=np.int32),
        delays=np.array(delays, dtype=np.int32),
        possible=size * size,
    )
    hidden = replace(topology.layers[0], recurrent=pairs)
    weights = {
        hidden.weight: np.diag(case["input_weights"]).astype(float),
        hidden.recurrent_weight: np.array([c[2] for c in connections], dtype=float),
        "output.weight": np.zeros((size, 2)),
    }
    return replace(topology, layers=(hidden, topology.layers[1])), weights
