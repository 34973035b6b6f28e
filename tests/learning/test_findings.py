"""What is said after an epoch of plasticity, each at the share from which on it is said."""

from __future__ import annotations

import numpy as np

from neurospike_cli.learning.findings import findings_of

#: Spikes of ten neurons that all take part.
BUSY = np.full(10, 5.0)
#: Weights of ten inputs to ten neurons, none at a bound of 0 or 1 mV.
WEIGHT = np.full((10, 10), 0.5)


def found(spikes: np.ndarray = BUSY, weight: np.ndarray = WEIGHT) -> list[str]:
    return findings_of("hidden.0", spikes, weight, 0.0, 1.0)


def at_bound(value: float, count: int) -> np.ndarray:
    weight = WEIGHT.copy()
    weight.flat[:count] = value
    return weight


def spiking(**changed: float) -> np.ndarray:
    spikes = BUSY.copy()
    for name, value in changed.items():
        spikes[int(name.removeprefix("n"))] = value
    return spikes


def test_a_healthy_layer_is_not_spoken_of() -> None:
    assert found() == []
    assert found(weight=at_bound(1.0, 49)) == []


def test_weights_at_a_bound() -> None:
    assert found(weight=at_bound(1.0, 50)) == ["hidden.0: 50% of the weights are at w_max"]
    assert found(weight=at_bound(0.0, 73)) == ["hidden.0: 73% of the weights are at w_min"]


def test_a_bound_is_met_in_the_type_of_the_weights() -> None:
    weight = np.full((4, 4), 0.1, np.float32)
    said = findings_of("a", BUSY, weight, 0.0, 0.1)
    assert said == ["a: 100% of the weights are at w_max"]


def test_silent_neurons() -> None:
    assert found(spiking(n3=0.0)) == ["hidden.0: 1 of 10 neurons did not fire"]
    assert found(np.append(spiking(n3=0.0), 1.0)) == []  # 1 of 11 is below a tenth
    assert found(np.zeros(10)) == ["hidden.0: no neuron fired"]


def test_one_neuron_that_wins_all() -> None:
    """45 spikes of nine others: with 45 of its own a neuron fired half of all."""
    assert found(spiking(n7=44.0)) == []
    assert found(spiking(n7=45.0)) == ["hidden.0: neuron 7 fired 50% of all spikes"]
    assert found(np.array([9.0, 1.0]), WEIGHT[:, :2]) == []  # of two neurons one always leads
