"""Recurrent pairs and random streams."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.network.delays import DelayRange
from neurospike_cli.network.layers import NetworkParameters, Recurrence, SpikingLayer
from neurospike_cli.network.recurrent_pairs import RecurrentPairs, delayed, draw_pairs
from neurospike_cli.network.topology import build_topology
from neurospike_cli.rng import Purpose, stream


def pairs_as_matrix(probability: float, *, self_connections: bool, size: int = 200) -> np.ndarray:
    pairs = draw_pairs(size, probability, self_connections, stream(0, Purpose.TOPOLOGY, 0))
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


def delayed_pairs(low: float, high: float) -> tuple[RecurrentPairs, RecurrentPairs]:
    """Return 300 neurons' pairs before and after they were given delays, with dt = 0.5 ms."""
    pairs = draw_pairs(300, 0.1, self_connections=False, rng=stream(0, Purpose.TOPOLOGY, 0))
    rng = stream(0, Purpose.RECURRENT_DELAYS, 0)
    return pairs, delayed(pairs, DelayRange(min=low, max=high), 0.5, rng)


def test_delays_are_uniform_over_whole_steps_and_change_no_pair() -> None:
    pairs, late = delayed_pairs(1.0, 3.0)
    np.testing.assert_array_equal(late.delays, [6, 5, 4, 3, 2])
    expected = len(pairs.indices) / 5
    # Each count is binomial with p = 1/5; 4 sigma.
    assert (np.abs(late.per_delay - expected) < 4 * np.sqrt(0.8 * expected)).all()
    both = [np.column_stack([p.presynaptic, p.indices]) for p in (pairs, late)]
    np.testing.assert_array_equal(both[0], np.unique(both[1], axis=0))
    np.testing.assert_array_equal(late.fan_out, pairs.fan_out)
    np.testing.assert_array_equal(late.fan_in, pairs.fan_in)


def test_targets_ascend_within_a_row() -> None:
    _, late = delayed_pairs(0.0, 20.0)
    for start, stop in zip(late.indptr[:-1], late.indptr[1:], strict=True):
        assert (np.diff(late.indices[start:stop]) > 0).all()
    assert late.presynaptic.reshape(-1).max() == 299


def test_one_delay_for_all_is_one_class_and_draws_nothing() -> None:
    pairs, late = delayed_pairs(2.0, 2.0)
    np.testing.assert_array_equal(late.delays, [4])
    assert late.indices is pairs.indices
    assert late.indptr is pairs.indptr


def test_streams_are_functions_of_their_arguments_and_differ() -> None:
    keys = [(0, Purpose.DATA), (1, Purpose.DATA), (0, Purpose.NOISE), (0, Purpose.DATA, 0)]
    keys += [(0, Purpose.DATA, 1), (0, Purpose.DATA, 0, 1), (0, Purpose.DATA, 1, 0)]
    draws = [tuple(stream(*key).integers(0, 2**62, 4)) for key in keys]
    assert draws == [tuple(stream(*key).integers(0, 2**62, 4)) for key in keys]
    assert len(set(draws)) == len(keys)
