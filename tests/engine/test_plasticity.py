"""Layers that learn while they run, in both engines: plain loops, equal bits, bounds, batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.stdp import STDP
from neurospike_cli.network.layers import NetworkParameters
from tests.engine.plastic_oracle import learn
from tests.engines import ENGINES

INPUTS, SIZE, STEPS, DT = 9, 6, 40, 0.5

#: Rules that differ in every choice, and in few classes of laws: each takes seconds to compile.
RULES: dict[str, dict[str, Any]] = {
    "pairs": {
        "normalization": {"type": "l1", "target": 4.0, "every": 2},
        "weight_decay": 0.01,
    },
    "nearest": {
        "pairing": "nearest",
        "coincident": "ignore",
        "trace_target": 0.3,
        "weight_dependence": {"type": "multiplicative"},
        "w_min": -0.2,
    },
    "triplets": {
        "triplet": {"a3_plus": 0.04, "a3_minus": 0.03, "tau_x": 30.0, "tau_y": 40.0},
        "synaptic_scaling": {"target_rate": 60.0, "strength": 1e-3, "samples": 3.0},
    },
}
#: What a layer has beside plastic weights.
LAYERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "competition": {
        "winners": 2,
        "inhibition": {"strength": 0.7, "delay": 1.0},
        "adaptive_threshold": {"theta_plus": 0.2, "tau_theta": 300.0},
        "delay": 1.5,
    },
    "recurrent": {"recurrent": {"probability": 0.7, "delay": {"min": 0.0, "max": 2.0}}},
}


def rule(name: str, **changed: Any) -> STDP:
    """Return a rule strong enough to meet its bounds within a few samples."""
    strong = {"tau_plus": 7.0, "tau_minus": 11.0, "a_plus": 0.06, "a_minus": 0.05}
    return STDP.model_validate({**strong, **RULES[name], "layers": [0], **changed})


def network(kind: str, engine: str, dtype: str = "float64") -> NeuroSpikeNetwork:
    """Return a network with one layer; three inputs or so make a neuron of it fire."""
    neuron = {"model": "lif", "tau_m": 10.0, "v_thresh": -63.5, "refractory_period": 1.0}
    layer = {"size": SIZE, "neuron": neuron, "initial_weights": {"high": 0.9}, **LAYERS[kind]}
    parameters = NetworkParameters.model_validate(
        {
            "hidden": [layer],
            "readout": {"type": "all_activity"},
            "initialization": {"recurrent_scale": 1.0},
        }
    )
    made = NeuroSpikeNetwork.from_parameters(parameters, INPUTS, 3, 1, dtype, engine, dt=DT)
    made.is_calibrated = True
    return made


def counted(samples: int, seed: int = 0) -> np.ndarray:
    """Return input spikes, (sample, step, input), up to three of an input in a step."""
    rng = np.random.default_rng(seed)
    return rng.binomial(3, 0.05, (samples, STEPS, INPUTS))


def batch_of(counts: np.ndarray) -> SpikeTrain:
    """Return the counts as the engines take them."""
    trains = []
    for sample in counts:
        steps, channels = np.nonzero(sample)
        times = sample[steps, channels]
        pairs = np.repeat(steps, times), np.repeat(channels, times)
        extent: dict[str, Any] = {"dt": DT, "n_steps": STEPS, "n_channels": INPUTS}
        trains.append(SpikeTrain.from_pairs(*pairs, **extent, count=True))
    return SpikeTrain.batch(trains)


def updated(
    net: NeuroSpikeNetwork, chosen: STDP, counts: np.ndarray, cuts: tuple[int, ...] = ()
) -> dict[str, np.ndarray]:
    """Return weights and state after the network has learned from the samples, cut into batches."""
    state = chosen.start(net)
    for part in np.split(counts, sorted(cuts)):
        if len(part):
            chosen.update(net, batch_of(part), np.zeros(len(part), np.int64), state, 0.0)
    return {**net.weights, **state}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("name", RULES)
def test_a_layer_learns_as_the_plain_loops(name: str, kind: str, engine: str) -> None:
    net, chosen, counts = network(kind, engine), rule(name), counted(5)
    (layer,) = net.topology.layers
    norm = float(chosen.start(net)["hidden.0.norm"][0])
    expected = learn(layer, net.weights, counts, DT, chosen, norm)
    first = net.weights[layer.weight].copy()
    found = updated(net, chosen, counts)
    fired = expected.spikes.sum(axis=(0, 1))
    assert fired.sum() >= 40, "a layer that hardly fires shows nothing"
    assert np.abs(expected.weight - first).max() > 0.1
    assert np.array_equal(found["hidden.0.spikes"], fired)
    # A spike each few steps changes a weight of 1 mV, rounded at 1e-16; a rounding of the weight
    # comes back in the next change a hundred times smaller, and is scaled in each sample.
    np.testing.assert_allclose(found[layer.weight], expected.weight, rtol=0, atol=1e-13)
    if chosen.synaptic_scaling is not None:
        np.testing.assert_allclose(found["hidden.0.rates"], expected.rates, rtol=1e-14)
    theta = found.get(layer.theta, np.zeros(SIZE))
    np.testing.assert_allclose(theta, expected.theta, rtol=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("name", RULES)
def test_both_engines_learn_the_same_bits(name: str, kind: str, dtype: str) -> None:
    one, other = (
        updated(network(kind, engine, dtype), rule(name), counted(6, seed=3)) for engine in ENGINES
    )
    assert one.keys() == other.keys()
    for key, array in one.items():
        assert array.dtype == other[key].dtype
        assert np.array_equal(array, other[key]), key


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(cuts=st.sets(st.integers(1, 6)), name=st.sampled_from(sorted(RULES)))
def test_how_samples_are_cut_into_batches_changes_no_bit(
    engine: str, cuts: set[int], name: str
) -> None:
    counts = counted(7, seed=5)
    whole = updated(network("competition", engine, "float32"), rule(name), counts)
    parts = updated(network("competition", engine, "float32"), rule(name), counts, tuple(cuts))
    for key, array in whole.items():
        assert np.array_equal(array, parts[key]), key


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10**6),
    name=st.sampled_from(sorted(RULES)),
    plus=st.floats(0.0, 3.0),
    minus=st.floats(0.0, 3.0),
)
def test_weights_never_leave_their_bounds(
    engine: str, seed: int, name: str, plus: float, minus: float
) -> None:
    chosen = rule(name, a_plus=plus, a_minus=minus)
    net = network("plain", engine, "float32")
    updated(net, chosen, counted(3, seed))
    weight = net.weights["hidden.0.weight"]
    assert weight.min() >= np.float32(chosen.w_min)
    assert weight.max() <= np.float32(chosen.w_max)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", LAYERS)
def test_silence_changes_nothing(kind: str, engine: str) -> None:
    """Neither input without output, nor no input at all; thresholds alone fall back."""
    net, chosen = network(kind, engine), rule("nearest")
    first = {key: array.copy() for key, array in net.weights.items()}
    counts = np.zeros((2, STEPS, INPUTS), np.int64)
    counts[1, 3, 2] = 1  # 0.9 mV at most, where 1.5 mV are the threshold
    updated(net, chosen, counts)
    for key, array in net.weights.items():
        assert np.array_equal(array, first[key]), key


@pytest.mark.parametrize("engine", ENGINES)
def test_a_frozen_layer_below_passes_its_spikes_on(engine: str) -> None:
    """A plastic second layer learns from the spikes of the first, which keeps its weights."""
    layer = {"size": SIZE, "neuron": {"model": "lif", "v_thresh": -64.0, "refractory_period": 0.0}}
    layer["initial_weights"] = {"high": 0.9}
    parameters = NetworkParameters.model_validate(
        {"hidden": [layer, layer], "readout": {"type": "all_activity"}}
    )
    net = NeuroSpikeNetwork.from_parameters(parameters, INPUTS, 3, 1, "float64", engine, dt=DT)
    net.is_calibrated = True
    counts, chosen = counted(3), rule("nearest", layers=[1])
    first, second = net.topology.layers
    below = net.weights[first.weight].copy()
    spikes = net.engine.run_layer(first, net.weights, batch_of(counts), net.workspace).to_dense()
    expected = learn(second, net.weights, spikes, DT, chosen, 0.0)
    updated(net, chosen, counts)
    assert np.array_equal(net.weights[first.weight], below)
    np.testing.assert_allclose(net.weights[second.weight], expected.weight, rtol=0, atol=1e-13)
