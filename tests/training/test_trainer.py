"""The Python API: it learns, it leaves frozen layers alone, it refuses what does not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neurospike_cli import NetworkConfig, NeuronParams, NeuroSpikeNetwork, Trainer
from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.optimizers.adam import Adam
from neurospike_cli.learning.surrogate_gradient import SurrogateGradient

SIZES = NetworkConfig(input_size=8, hidden_sizes=[16, 12], output_size=2)


def order_task(n: int, seed: int) -> list[tuple[SpikeTrain, int]]:
    """Channels 0-3 before channels 4-7, or after: equal counts, told apart by time alone."""
    rng = np.random.default_rng(seed)
    samples = []
    for i in range(n):
        early, late = rng.integers(0, 15, 12), rng.integers(15, 30, 12)
        first, second = rng.integers(0, 4, 12), rng.integers(4, 8, 12)
        steps = np.concatenate([early, late] if i % 2 else [late, early])
        channels = np.concatenate([first, second])
        train = SpikeTrain.from_pairs(steps, channels, dt=1.0, n_steps=30, n_channels=8)
        samples.append((train, i % 2))
    return samples


def test_learns_the_order_of_two_groups_of_inputs() -> None:
    trainer = Trainer(
        NeuroSpikeNetwork(SIZES), SurrogateGradient(optimizer=Adam(learning_rate=0.01))
    )
    samples = order_task(64, seed=0)
    first_loss, _ = trainer.train_epoch(samples)
    for _ in range(19):
        loss, _ = trainer.train_epoch(samples)
    _, accuracy, metrics = trainer.evaluate(order_task(200, seed=1))
    # Guessing 100 of 200 right has a standard deviation of 7: 0.9 is 11 of them away.
    assert accuracy >= 0.9
    assert loss < first_loss / 2
    assert np.trace(metrics["confusion"]) == accuracy * 200


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_only_the_layers_of_the_phase_change(layer: int) -> None:
    network = NeuroSpikeNetwork(SIZES)
    samples = order_task(16, seed=0)
    network.calibrate(SpikeTrain.batch([train for train, _ in samples]))
    before = {name: weight.copy() for name, weight in network.weights.items()}
    Trainer(network, SurrogateGradient(layers=(layer,))).train_epoch(samples)
    changed = [n for n, w in network.weights.items() if not np.array_equal(w, before[n])]
    assert changed == [network.topology.layers[layer].weight]


def test_the_same_seed_gives_the_same_bits() -> None:
    weights = []
    for _ in range(2):
        network = NeuroSpikeNetwork(SIZES, seed=5)
        Trainer(network, seed=6).train_epoch(order_task(40, seed=0))
        weights.append(network.weights)
    for name in weights[0]:
        np.testing.assert_array_equal(weights[0][name], weights[1][name])


def test_duration_cuts_and_extends() -> None:
    """What comes after the duration cannot matter; silence after the end can add no input."""
    network = NeuroSpikeNetwork(SIZES)
    train, _ = order_task(1, seed=0)[0]
    network.calibrate(train)
    cut = network.forward(train, duration=15.0)
    np.testing.assert_array_equal(cut, network.forward(train.with_steps(15)))
    network.forward(train, duration=60.0)
    assert network.activity_history[-1].spikes["input"].n_steps == 60


def test_samples_that_do_not_fit_are_refused() -> None:
    trainer = Trainer(NeuroSpikeNetwork(SIZES))
    train, _ = order_task(1, seed=0)[0]
    with pytest.raises(UsageError, match="no samples"):
        trainer.train_epoch([])
    with pytest.raises(UsageError, match=r"sample 1 .* label 2"):
        trainer.train_epoch([(train, 0), (train, 2)])


def test_the_networks_of_the_interface_have_its_sizes() -> None:
    config = NetworkConfig(input_size=128, hidden_sizes=[256, 128], output_size=10)
    network = NeuroSpikeNetwork(config, NeuronParams(tau_m=30.0))
    assert network.topology.neurons == 256 + 128 + 10
    assert network.topology.connections == 128 * 256 + 256 * 128 + 128 * 10
    assert "neurons 394   connections 66,816" in network.summary()


def test_weights_come_back_from_a_file_of_any_suffix(tmp_path: Path) -> None:
    network, other = NeuroSpikeNetwork(SIZES, seed=1), NeuroSpikeNetwork(SIZES, seed=2)
    network.save_weights(tmp_path / "model.npy")
    other.load_weights(tmp_path / "model.npy")
    for name in network.weights:
        np.testing.assert_array_equal(network.weights[name], other.weights[name])
    small = NeuroSpikeNetwork(NetworkConfig(input_size=8, hidden_sizes=[3], output_size=2))
    before = {name: weight.copy() for name, weight in small.weights.items()}
    with pytest.raises(DataError, match=r"hidden\.1\.weight: expected nothing, got \(16, 12\)"):
        small.load_weights(tmp_path / "model.npy")
    for name in before:
        np.testing.assert_array_equal(small.weights[name], before[name])
