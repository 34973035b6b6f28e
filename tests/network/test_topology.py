"""Recurrent pairs and random streams."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.network.layers import NetworkParameters, Recurrence, SpikingLayer
from neurospike_cli.network.topology import build_topology, draw_pairs
from neurospike_cli.rng import Purpose, stream


def pairs_as_matrix(probability: float, *, self_connections: bool, size: int = 200) -> np.ndarray:
    recurrence = Recurrence(probability=probability, self_connections=self_connections)
    pairs = draw_pairs(size, recurrence, stream(0, Purpose.TOPOLOGY, 0))
    matrix = np.zeros((size, size), dtype=int)
    np.add.at(matrix, (pairs.presynaptic, pairs.indices), 1)
    return matrix


@pytest.mark.parametrize("probability", [0.0, 0.1, 1.0])
def test_pairs_are_drawn_with_their_probability(probability: float) -> None:
    matrix = pairs_as_matrix(probability, self_connections=False)
    assert matrix.max(initial=0) <= 1  # none twice
    assert np.trace(matrix) == 0
    possible = 200 * 199
    spread = np.sqrt(possible * probability * (1 - probability))
    assert abs(matrix.sum() - possible * probability) <= 4 * spread


def test_self_connections_are_drawn_if_allowed() -> None:
    assert np.trace(pairs_as_matrix(1.0, self_connections=True)) == 200


def test_counts_of_neurons_and_connections() -> None:
    hidden = (SpikingLayer(size=7, recurrent=Recurrence(probability=1.0)), SpikingLayer(size=5))
    topology = build_topology(NetworkParameters(hidden=hidden), 11, 3, seed=0)
    assert topology.neurons == 7 + 5 + 3
    assert topology.connections == 11 * 7 + 7 * 6 + 7 * 5 + 5 * 3
    assert topology.shapes == {
        "hidden.0.weight": (11, 7),
        "hidden.0.recurrent": (42,),
        "hidden.1.weight": (7, 5),
        "output.weight": (5, 3),
    }


def test_streams_are_functions_of_their_arguments_and_differ() -> None:
    keys = [(0, Purpose.DATA), (1, Purpose.DATA), (0, Purpose.NOISE), (0, Purpose.DATA, 0)]
    keys += [(0, Purpose.DATA, 1), (0, Purpose.DATA, 0, 1), (0, Purpose.DATA, 1, 0)]
    draws = [tuple(stream(*key).integers(0, 2**62, 4)) for key in keys]
    assert draws == [tuple(stream(*key).integers(0, 2**62, 4)) for key in keys]
    assert len(set(draws)) == len(keys)
