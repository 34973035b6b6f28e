"""Delays and inhibition in both engines: the bits of loops over single numbers, exact gradients."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.engine.engine import ForwardPass
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.errors import UsageError
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.surrogates.fast_sigmoid import FastSigmoid
from neurospike_cli.learning.surrogates.surrogate import Surrogate
from neurospike_cli.learning.surrogates.triangle import Triangle
from neurospike_cli.network.delays import DelayRange
from neurospike_cli.network.initialization import draw_weights
from neurospike_cli.network.layers import (
    LateralInhibition,
    NetworkParameters,
    Recurrence,
    SpikingLayer,
)
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.network.topology import build_topology
from neurospike_cli.neurons.lif import LIFNeuron
from tests.engine import complex_step, oracle, plain_loop
from tests.engine.passes import backward, forward, overshoots
from tests.engines import ENGINES

STEPS, INPUTS, CLASSES, DT = 16, 5, 3, 0.5
NEURON = LIFNeuron(tau_m=10.0, refractory_period=0.5)
STRICT = LIFNeuron(refractory_period=0.0)


def recurrent(delay: DelayRange) -> SpikingLayer:
    """All pairs exist, so that many spikes arrive at a neuron in one step."""
    recurrence = Recurrence(probability=1.0, self_connections=True, delay=delay)
    return SpikingLayer(size=6, neuron=NEURON, recurrent=recurrence)


#: Hidden layers by name; with dt = 0.5 ms a delay of 3 ms is 6 steps.
BOUNDS = ((0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (0.0, 0.5), (0.0, 3.0), (1.5, 9.5))
LAYERS = {
    f"recurrent, {low:g} to {high:g} ms": recurrent(DelayRange(min=low, max=high))
    for low, high in BOUNDS
} | {
    f"input, {low:g} to {high:g} ms": SpikingLayer(
        size=6, neuron=NEURON, delay=DelayRange(min=low, max=high)
    )
    for low, high in BOUNDS[1:-1]
}
#: 0.7 mV is no exact binary fraction: products with it round.
LAYERS |= {
    f"inhibition, after {delay:g} ms": SpikingLayer(
        size=6, neuron=NEURON, inhibition=LateralInhibition(strength=0.7, delay=delay)
    )
    for delay in (0.0, 0.5, 2.0)
}
LAYERS["all"] = recurrent(DelayRange(min=0.0, max=1.0)).model_copy(
    update={
        "delay": DelayRange(min=0.5, max=2.0),
        "inhibition": LateralInhibition(strength=1.3, delay=0.5),
    }
)


def make_case(layer: SpikingLayer, dtype: str) -> oracle.Case:
    """Three samples through two such layers, driven hard enough to fire."""
    network = NetworkParameters(hidden=(layer, layer), readout=SpikeCount(neuron=NEURON))
    topology = build_topology(network, INPUTS, CLASSES, seed=3, dt=DT)
    weights = draw_weights(topology, network.initialization, 3, dtype)
    for name in weights:
        weights[name] += 4.0
    rng = np.random.default_rng(1)
    # Some entries stand for two events.
    dense = (rng.random((3, STEPS, INPUTS)) < 0.4) * rng.integers(1, 3, (3, STEPS, INPUTS))
    return oracle.Case(topology, weights, dense, DT)


@pytest.mark.parametrize("threads", ["1", "2", "3"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())
def test_forward_has_the_bits_of_the_plain_loop(
    layer: SpikingLayer, dtype: str, threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROSPIKE_THREADS", threads)
    monkeypatch.setattr("neurospike_cli.engine.threads.WORTH_A_THREAD", 1)
    case = make_case(layer, dtype)
    expected = plain_loop.run(case)
    for engine in ENGINES:
        run = forward(case, engine)
        for i, (spikes, over) in enumerate(expected):
            assert spikes.sum() > 10
            np.testing.assert_array_equal(run.spikes(i).to_dense(), spikes)
            np.testing.assert_array_equal(overshoots(run, i), over)


@pytest.mark.parametrize(
    ("cache", "pays"), [(0, 0), (1_000_000, 10**9)], ids=["sparse, in halves", "dense, in one"]
)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("surrogate", [FastSigmoid(slope=2.0), Triangle(slope=0.7)])
@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())
def test_gradients_equal_complex_steps(
    layer: SpikingLayer,
    surrogate: Surrogate,
    engine: str,
    cache: int,
    pays: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With recurrent weights made dense for the way back or not, with sums for halves or not."""
    monkeypatch.setattr("neurospike_cli.engine.compiled_layer.CACHE", cache)
    monkeypatch.setattr("neurospike_cli.engine.compiled_gradients.HALVES_PAY", pays)
    case = make_case(layer, "float64")
    rng = np.random.default_rng(2)
    score_gradient = rng.standard_normal((3, CLASSES))
    gradients = backward(case, engine, surrogate, score_gradient)
    slope = surrogate.law(NEURON.threshold_distance).slope
    for name, weight in case.weights.items():
        scale = np.abs(gradients[name]).max()
        assert scale > 0
        for _ in range(3):
            change = rng.uniform(-1, 1, weight.shape)
            moved = complex_step.output_change(case, {name: change}, slope, detach_reset=True)
            expected = (moved.sum(axis=1) * score_gradient).sum()
            # A sum of up to 36 elements, each of a few hundred terms rounded at 1e-16.
            assert (gradients[name] * change).sum() == pytest.approx(expected, abs=1e-12 * scale)


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())
def test_threads_leave_no_trace_in_gradients(
    layer: SpikingLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, scores = make_case(layer, "float32"), np.ones((3, CLASSES))
    monkeypatch.setattr("neurospike_cli.engine.threads.WORTH_A_THREAD", 1)
    found = []
    for threads in ("1", "2", "3"):
        monkeypatch.setenv("NEUROSPIKE_THREADS", threads)
        found.append(backward(case, "compiled", Triangle(), scores))
    for other in found[1:]:
        for name, gradient in found[0].items():
            np.testing.assert_array_equal(other[name], gradient)


def chain(layer: SpikingLayer, weight: float, steps: list[int], engine: str) -> ForwardPass:
    """Run one sample of 20 steps of 1 ms through the layer, all weights alike."""
    network = NetworkParameters(hidden=(layer,), readout=SpikeCount(neuron=layer.neuron))
    topology = build_topology(network, 1, 1, seed=0, dt=1.0)
    weights = {name: np.full(shape, weight) for name, shape in topology.shapes.items()}
    channels = np.zeros(len(steps), int)
    extent = {"dt": 1.0, "n_steps": 20, "n_channels": 1}
    train = SpikeTrain.from_pairs(np.array(steps), channels, **extent)
    return engine_named(engine).forward(topology, weights, train, Workspace(), True)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_delay_adds_to_what_a_connection_takes_anyway(engine: str) -> None:
    """Weights above threshold: input at 2 arrives at 2 + 3; then a round takes 1 + 4 steps."""
    recurrence = Recurrence(probability=1.0, self_connections=True, delay=DelayRange(min=4.0))
    layer = SpikingLayer(size=1, neuron=STRICT, delay=DelayRange(min=3.0), recurrent=recurrence)
    run = chain(layer, 20.0, [2], engine)
    for i in range(2):
        np.testing.assert_array_equal(run.spikes(i).steps(), [5, 10, 15])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_spike_lowers_all_others_one_step_later(engine: str) -> None:
    """Three neurons fire at 2; each is lowered by the two others at 3, and after 4 steps at 7."""
    for delay in (0.0, 4.0):
        inhibition = LateralInhibition(strength=2.0, delay=delay)
        layer = SpikingLayer(size=3, neuron=STRICT, inhibition=inhibition)
        over = overshoots(chain(layer, 20.0, [2], engine), 0)[0]
        at, theta = 3 + int(delay), STRICT.threshold_distance
        np.testing.assert_array_equal(over[at], np.full(3, -theta - 2 * 2.0))
        before = np.delete(np.arange(at), 2)  # at rest, but for the step of the spikes
        np.testing.assert_array_equal(over[before], -theta)


def test_an_input_of_other_steps_is_refused_where_there_are_delays() -> None:
    batch = SpikeTrain.silent(1.0, 1, STEPS, INPUTS)
    for layer, fits in ((SpikingLayer(size=2), True), (LAYERS["all"], False)):
        parameters = NetworkParameters(hidden=(layer,))
        network = NeuroSpikeNetwork.from_parameters(parameters, INPUTS, CLASSES, 0, dt=DT)
        if fits:
            network.run(batch)
            continue
        with pytest.raises(UsageError, match=r"steps of 0.5 ms, and the input has steps of 1 ms"):
            network.run(batch)
