"""Fresh networks fire at the asked rate, whatever comes in."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.engine.neurospike_network import NetworkConfig, NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.layers import NetworkParameters, Recurrence, SpikingLayer

SIZES = NetworkConfig(input_size=100, hidden_sizes=[60, 40], output_size=8)


def poisson_batch(probability: float, samples: int = 24, steps: int = 100) -> SpikeTrain:
    rng = np.random.default_rng(0)
    trains = []
    for _ in range(samples):
        fired = np.nonzero(rng.random((steps, 100)) < probability)
        trains.append(SpikeTrain.from_pairs(*fired, dt=1.0, n_steps=steps, n_channels=100))
    return SpikeTrain.batch(trains)


@pytest.mark.parametrize("probability", [0.005, 0.05, 0.5])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_layer_fires_at_the_target_rate(probability: float, seed: int) -> None:
    network = NeuroSpikeNetwork(SIZES, seed=seed)
    rates = network.calibrate(poisson_batch(probability))
    # The rate is a count over a batch: one spike of an 8-neuron layer is 0.4 Hz; where single
    # input spikes drive a layer its rate moves in jumps, and bisection stops at the first above.
    assert all(15.0 <= rate <= 40.0 for rate in rates.values()), rates


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_seldom_input_makes_a_layer_fire_at_a_quarter_of_what_it_allows(seed: int) -> None:
    """Half of 50 input spikes a second excite: 25 Hz at most, and 6.25 Hz are a quarter of it.

    Inhibition before and the refractory period take a part of that; later layers are driven by the
    same spikes. At 20 Hz their answers would be a matter of the signs of weights alone.
    """
    rates = NeuroSpikeNetwork(SIZES, seed=seed).calibrate(poisson_batch(0.0005))
    assert all(3.5 <= rate <= 6.25 for rate in rates.values()), rates


def test_few_neurons_are_left_silent() -> None:
    network = NeuroSpikeNetwork(SIZES, seed=0)
    batch = poisson_batch(0.05)
    network.forward(batch)
    for name in ("hidden.0", "hidden.1", "output"):
        train = network.activity_history[-1].spikes[name]
        active = len(np.unique(train.channels)) / train.n_channels
        assert active >= 0.8, name


def test_without_input_the_draw_stays_and_the_rates_are_zero() -> None:
    network = NeuroSpikeNetwork(SIZES, seed=0)
    before = {name: weight.copy() for name, weight in network.weights.items()}
    rates = network.calibrate(poisson_batch(0.0))
    assert set(rates.values()) == {0.0}
    for name, weight in network.weights.items():
        np.testing.assert_array_equal(weight, before[name])


def test_recurrent_weights_have_their_own_spread() -> None:
    """100 neurons of which each is reached by 20: a spread of 0.2 x 15 mV / sqrt(20)."""
    layer = SpikingLayer(size=100, recurrent=Recurrence(probability=0.2))
    parameters = NetworkParameters(hidden=(layer,))
    network = NeuroSpikeNetwork.from_parameters(parameters, 10, 2, seed=0)
    weight = network.weights["hidden.0.recurrent"]
    per_neuron = len(weight) / 100
    expected = 0.2 * 15.0 / np.sqrt(per_neuron)
    # Sampling of a standard deviation, 3 sigma.
    assert weight.std() == pytest.approx(expected, rel=3 / np.sqrt(2 * len(weight)))


def test_fresh_weights_balance_and_have_the_stated_spread() -> None:
    network = NeuroSpikeNetwork(SIZES, seed=0)
    for layer in network.topology.layers:
        weight = network.weights[layer.weight].astype(float)
        # Sums of 100 float32 weights of about 1 mV.
        np.testing.assert_allclose(weight.sum(axis=0), 0.0, atol=1e-4)
        spread = weight.std() * np.sqrt(layer.inputs) / 15.0
        # Balance takes one of n_pre degrees of freedom; the rest is sampling, 3 sigma.
        assert spread == pytest.approx(1.0, abs=3 / np.sqrt(2 * weight.size) + 1 / layer.inputs)
