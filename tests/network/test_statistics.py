"""Numbers of a topology, against matrices of the same connections."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.network.delays import DelayRange
from neurospike_cli.network.layers import (
    Dale,
    LateralInhibition,
    NetworkParameters,
    Recurrence,
    SpikingLayer,
)
from neurospike_cli.network.statistics import topology_statistics
from neurospike_cli.network.topology import build_topology
from tests.engine.oracle import recurrent_matrices

DT = 0.1
PLAIN = SpikingLayer(size=20)
RICH = SpikingLayer(
    size=50,
    delay=DelayRange(min=0.3),
    recurrent=Recurrence(probability=0.2, delay=DelayRange(min=0.1, max=0.7)),
    inhibition=LateralInhibition(strength=5.0, delay=0.3),
    dale=Dale(excitatory=0.75),
)


def test_every_number_is_that_of_the_matrices() -> None:
    topology = build_topology(NetworkParameters(hidden=(PLAIN, RICH)), 7, 3, seed=1, dt=DT)
    numbers = topology_statistics(topology)
    assert numbers["hidden.0"] == numbers["output"] == {}
    layer, found = topology.layers[1], numbers["hidden.1"]
    by_delay = recurrent_matrices(layer, np.ones(len(layer.recurrent.indices)))
    matrix = sum(by_delay.values())
    delays = np.repeat(list(by_delay), [int(m.sum()) for m in by_delay.values()]) * DT
    expected = {
        "delay_ms": spread(np.array([0.3])),
        "recurrent": {
            "connections": int(matrix.sum()),
            "probability": matrix.sum() / (50 * 49),
            "in_degree": spread(matrix.sum(axis=0)),
            "out_degree": spread(matrix.sum(axis=1)),
            "delay_ms": spread(delays),
        },
        "excitatory": 38,
        "inhibitory": 12,
        "inhibition": {"strength_mv": 5.0, "delay_ms": 0.3},
    }
    assert flat(found) == pytest.approx(flat(expected), rel=1e-9)


def test_delays_of_each_input_connection() -> None:
    layer = SpikingLayer(size=50, delay=DelayRange(min=0.1, max=0.4))
    topology = build_topology(NetworkParameters(hidden=(layer,)), 7, 3, seed=1, dt=DT)
    expected = spread(topology.layers[0].delays * DT)
    found = topology_statistics(topology)["hidden.0"]["delay_ms"]
    assert found == pytest.approx(expected, rel=1e-9)
    assert (found["min"], found["max"]) == (0.1, 0.4)


def test_a_layer_without_a_single_pair() -> None:
    layer = SpikingLayer(size=1, recurrent=Recurrence(probability=1.0))
    topology = build_topology(NetworkParameters(hidden=(layer,)), 7, 3, seed=1)
    found = topology_statistics(topology)["hidden.0"]["recurrent"]
    assert (found["connections"], found["probability"]) == (0, 0.0)


def spread(values: np.ndarray) -> dict[str, float]:
    return {"min": values.min(), "mean": values.mean(), "max": values.max()}


def flat(document: dict, prefix: str = "") -> dict[str, float]:
    leaves: dict[str, float] = {}
    for key, value in document.items():
        below = flat(value, f"{prefix}{key}.") if type(value) is dict else {f"{prefix}{key}": value}
        leaves |= below
    return leaves
