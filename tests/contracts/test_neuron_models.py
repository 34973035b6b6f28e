"""What holds for every neuron model there is: both engines run it, to the same bits."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.engine.selection import engine_named
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.surrogates.fast_sigmoid import FastSigmoid
from neurospike_cli.learning.surrogates.triangle import Triangle
from neurospike_cli.network.initialization import draw_weights
from neurospike_cli.network.layers import NetworkParameters, Recurrence, SpikingLayer
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.network.topology import Topology, build_topology
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.registry import discover
from tests.engines import ENGINES, drive

NEURONS = discover(NeuronModel)
STEPS, SAMPLES, CHANNELS = 60, 6, 50


@pytest.mark.parametrize("name", NEURONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("engine", ENGINES)
def test_a_neuron_is_silent_at_rest_and_fires_when_driven(
    name: str, dtype: str, engine: str
) -> None:
    neuron = NEURONS[name]()
    silent = drive(neuron, np.zeros((200, 2, 3), dtype=dtype), 0.1, engine)
    assert silent.spikes.nnz == 0
    strong = np.full((200, 2, 3), 3 * neuron.threshold_distance, dtype=dtype)
    driven = drive(neuron, strong, 0.1, engine)
    np.testing.assert_array_equal(driven.spikes.channels[:3], [0, 1, 2])
    assert driven.spikes.offsets[1] == 3  # all neurons in the first step, in ascending order
    assert all(np.isfinite(state).all() and state.dtype == dtype for state in driven.states)


@pytest.mark.parametrize("name", NEURONS)
@pytest.mark.parametrize("engine", ENGINES)
def test_halving_the_step_converges(name: str, engine: str) -> None:
    """Input at whole milliseconds: the membrane there differs less and less.

    The steps are narrower than the sub-steps of a model that cuts wide ones, so that none is cut.
    """
    jumps = np.random.default_rng(0).uniform(0.0, 1.0, 12)
    results = []
    for parts in (128, 256, 512):
        current = np.zeros((len(jumps) * parts, 1, 1))
        current[parts - 1 :: parts, 0, 0] = jumps
        response = drive(NEURONS[name](), current, 1.0 / parts, engine)
        results.append(response.states[0][parts - 1 :: parts, 0, 0])
    first, second = (np.abs(results[i] - results[i + 1]).max() for i in (0, 1))
    # An exact propagator is at rounding already: a few ulp of 15 mV.
    assert second <= max(0.6 * first, 1e-13)


@pytest.mark.parametrize("name", NEURONS)
def test_the_rate_is_the_closed_form_where_there_is_one(name: str) -> None:
    """The grid rounds an interval up, by less than a step; nothing fires where the form says 0."""
    neuron, dt = NEURONS[name](), 0.1
    currents = np.linspace(0.0, 4.0, 9) * neuron.threshold_distance
    exact = neuron.rate(currents)
    if exact is None:
        pytest.skip("no closed form")
    for current, rate in zip(currents, exact, strict=True):
        driven = neuron.model_copy(update={"bias": float(current)})
        intervals = np.diff(drive(driven, np.zeros((5000, 1, 1)), dt, "numpy").spikes.steps())
        if rate == 0:
            assert intervals.size == 0
        else:
            assert -1e-9 <= dt * intervals[0] - 1e3 / rate <= dt


@pytest.mark.parametrize("name", NEURONS)
def test_a_bias_is_a_current_in_every_step(name: str) -> None:
    """What `bias_per_step` says of a unit of bias, below threshold and to first order in dt."""
    neuron = NEURONS[name]()
    small = 0.02 * neuron.threshold_distance
    errors = []
    for dt in (0.1, 0.05):
        current = np.full((round(20 / dt), 1, 1), small * neuron.bias_per_step(dt))
        given = drive(neuron, current, dt, "numpy").states[0][-1]
        biased = neuron.model_copy(update={"bias": small})
        inside = drive(biased, np.zeros_like(current), dt, "numpy").states[0][-1]
        errors.append(abs(float((given - inside)[0, 0])))
    assert errors[0] < 0.1 * small
    # Rounding of 65 mV is all that an exact propagator leaves.
    assert errors[1] <= max(0.6 * errors[0], 1e-12)


def network(neuron: NeuronModel, recurrent: bool, dtype: str) -> tuple[Topology, dict]:
    """Return 50-40-30-10 neurons that fire, with weights that excite more than they inhibit."""
    recurrence = Recurrence(probability=0.3) if recurrent else None
    hidden = tuple(
        SpikingLayer(size=size, neuron=neuron, recurrent=recurrence) for size in (40, 30)
    )
    parameters = NetworkParameters(hidden=hidden, readout=SpikeCount(neuron=neuron))
    topology = build_topology(parameters, CHANNELS, 10, seed=3)
    weights = draw_weights(topology, parameters.initialization, 3, dtype)
    excess = neuron.threshold_distance * (0.03 if neuron.tau_syn is None else 0.4)
    return topology, {n: w + w.dtype.type(excess) for n, w in weights.items()}


def batch() -> SpikeTrain:
    """Return samples at 10 % activity, with entries that stand for several events."""
    rng = np.random.default_rng(1)
    extent = {"dt": 1.0, "n_steps": STEPS, "n_channels": CHANNELS, "count": True}
    trains = []
    for _ in range(SAMPLES):
        fired = np.nonzero(rng.random((STEPS, CHANNELS)) < 0.1)
        twice = [np.concatenate([a, a[:20]]) for a in fired]
        trains.append(SpikeTrain.from_pairs(*twice, **extent))
    return SpikeTrain.batch(trains)


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("tau_syn", [None, 4.0])
@pytest.mark.parametrize("name", NEURONS)
def test_both_engines_give_the_same_spikes_bit_for_bit(
    name: str, tau_syn: float | None, dtype: str, recurrent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    topology, weights = network(NEURONS[name](tau_syn=tau_syn), recurrent, dtype)
    expected = engine_named("numpy").forward(topology, weights, batch(), Workspace())
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("NEUROSPIKE_THREADS", threads)
        run = engine_named("compiled").forward(topology, weights, batch(), Workspace())
        for i in range(3):
            assert expected.spikes(i).nnz > 0
            np.testing.assert_array_equal(run.spikes(i).offsets, expected.spikes(i).offsets)
            np.testing.assert_array_equal(run.spikes(i).channels, expected.spikes(i).channels)
        np.testing.assert_array_equal(run.scores, expected.scores)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("tau_syn", [None, 4.0])
@pytest.mark.parametrize("name", NEURONS)
def test_both_engines_give_the_same_states_bit_for_bit(
    name: str, tau_syn: float | None, dtype: str
) -> None:
    neuron = NEURONS[name](tau_syn=tau_syn)
    scale = neuron.threshold_distance * (0.1 if tau_syn is None else 1.0)
    current = np.random.default_rng(0).uniform(-0.2, 1.0, (100, 3, 7)) * scale
    one, other = (drive(neuron, current.astype(dtype), 0.5, engine) for engine in ENGINES)
    assert one.spikes.nnz > 0
    np.testing.assert_array_equal(one.spikes.channels, other.spikes.channels)
    for a, b in zip(one.states, other.states, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("detach_reset", [False, True])
@pytest.mark.parametrize("surrogate", [Triangle(slope=1.0), FastSigmoid()], ids=lambda s: s.type)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("tau_syn", [None, 4.0])
@pytest.mark.parametrize("name", NEURONS)
def test_gradients_agree_across_engines_and_threads(
    name: str,
    tau_syn: float | None,
    dtype: str,
    surrogate: Triangle | FastSigmoid,
    detach_reset: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    topology, weights = network(NEURONS[name](tau_syn=tau_syn), True, dtype)
    score_gradient = np.random.default_rng(2).standard_normal((SAMPLES, 10))

    def gradients(engine: str) -> dict[str, np.ndarray]:
        engine_, workspace = engine_named(engine), Workspace()
        run = engine_.forward(topology, weights, batch(), workspace, detach_reset)
        arguments = score_gradient, surrogate, detach_reset, frozenset(weights), workspace
        found = engine_.backward(topology, weights, run, *arguments)
        return {n: g.dense(weights[n].shape).copy() for n, g in found.items()}

    expected, found = gradients("numpy"), gradients("compiled")
    monkeypatch.setenv("NEUROSPIKE_THREADS", "3")
    divided = gradients("compiled")
    for n, gradient in expected.items():
        # The engines sum in different orders; ARCHITECTURE states what they may differ by.
        limit = {"float32": 1e-6, "float64": 1e-12}[dtype] * np.abs(gradient).max()
        np.testing.assert_allclose(found[n], gradient, rtol=0, atol=limit)
        np.testing.assert_array_equal(divided[n], found[n])
