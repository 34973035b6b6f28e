"""Recurrence of a large layer never becomes a full matrix."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.surrogate_gradient import SurrogateGradient
from neurospike_cli.network.delays import DelayRange
from neurospike_cli.network.layers import NetworkParameters, Recurrence, SpikingLayer
from tests.engines import ENGINES

SIZE, STEPS = 4000, 8
#: Bytes of one full matrix of weights.
FULL = SIZE * SIZE * 4


def train_once(engine: str) -> NeuroSpikeNetwork:
    """Build a network of 4000 neurons with p = 0.01, and train one batch of one sample."""
    recurrence = Recurrence(probability=0.01, delay=DelayRange(min=0.0, max=3.0))
    parameters = NetworkParameters(hidden=(SpikingLayer(size=SIZE, recurrent=recurrence),))
    network = NeuroSpikeNetwork.from_parameters(parameters, 10, 2, seed=0, engine=engine)
    fired = np.nonzero(np.random.default_rng(0).random((STEPS, 10)) < 0.5)
    batch = SpikeTrain.from_pairs(*fired, dt=1.0, n_steps=STEPS, n_channels=10)
    network.calibrate(batch)
    rule = SurrogateGradient()
    rule.update(network, batch, np.array([1]), rule.start(network))
    return network


@pytest.mark.parametrize("engine", ENGINES)
def test_a_large_recurrent_layer_takes_less_than_a_full_matrix(engine: str) -> None:
    train_once(engine)  # what is compiled and imported does not count
    tracemalloc.start()
    network = train_once(engine)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(network.weights["hidden.0.recurrent"]) == pytest.approx(0.01 * SIZE**2, rel=0.05)
    assert peak < FULL / 2, f"{peak / 1e6:.0f} of {FULL / 1e6:.0f} MB"
