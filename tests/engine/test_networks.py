"""Both engines against plain loops: spikes equal, gradients to rounding."""

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
from neurospike_cli.network.topology import Layer, Topology, build_topology
from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.izhikevich import Izhikevich
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.neurons.neuron_model import NeuronModel
from tests.engine import complex_step, oracle
from tests.engine.passes import backward, forward
from tests.engines import ENGINES

VARIANTS = {
    "hard": LIFNeuron(tau_m=10.0, refractory_period=2.0),
    "hard, no refractory period": LIFNeuron(tau_m=10.0, refractory_period=0.0),
    "subtract": LIFNeuron(tau_m=10.0, refractory_period=0.0, reset="subtract"),
    "adaptive, hard": AdaptiveLIF(tau_m=10.0, tau_adapt=7.0, beta=3.0, refractory_period=1.0),
    "adaptive, subtract": AdaptiveLIF(
        tau_m=10.0, tau_adapt=7.0, beta=3.0, refractory_period=0.0, reset="subtract", v_reset=-67.0
    ),
    "exponential synapse": LIFNeuron(tau_m=10.0, tau_syn=4.0, refractory_period=1.0),
    "adaptive with exponential synapse": AdaptiveLIF(
        tau_m=10.0, tau_syn=4.0, tau_adapt=7.0, beta=3.0, reset="subtract"
    ),
    "reset below rest": LIFNeuron(tau_m=10.0, refractory_period=1.0, v_reset=-70.0, bias=3.0),
}


def make_case(neuron: NeuronModel, recurrent: bool) -> oracle.Case:
    """Three samples of 12 steps through 5-4-4-3 neurons, driven hard enough to fire."""
    recurrence = Recurrence(probability=0.6, self_connections=True) if recurrent else None
    hidden = tuple(SpikingLayer(size=4, neuron=neuron, recurrent=recurrence) for _ in range(2))
    network = NetworkParameters(hidden=hidden, readout=SpikeCount(neuron=neuron))
    topology = build_topology(network, 5, 3, seed=3)
    weights = draw_weights(topology, network.initialization, 3, "float64")
    for name in weights:
        # Mostly excitatory, so that every layer fires, also through a synapse that spreads.
        weights[name] += 6.0 if neuron.tau_syn is None else 20.0
    dense = (np.random.default_rng(1).random((3, 12, 5)) < 0.5).astype(np.int32)
    return oracle.Case(topology, weights, dense, dt=1.0)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("neuron", VARIANTS.values(), ids=VARIANTS.keys())
def test_forward_equals_the_plain_loops(
    neuron: LIFNeuron | AdaptiveLIF, recurrent: bool, engine: str
) -> None:
    case = make_case(neuron, recurrent)
    run = forward(case, engine)
    expected = oracle.run(case)
    for i, spikes in enumerate(expected):
        assert spikes.sum() > 0
        np.testing.assert_array_equal(run.spikes(i).to_dense(), spikes)
    np.testing.assert_array_equal(run.scores, expected[-1].sum(axis=1))


#: Surrogates with the derivative by the overshoot x in threshold distances, in plain Python.
SURROGATES = {
    "fast_sigmoid": (FastSigmoid(slope=2.0), lambda x: 1.0 / (1.0 + 2.0 * abs(x)) ** 2),
    "triangle": (Triangle(slope=0.7), lambda x: max(0.0, 1.0 - 0.7 * abs(x))),
}


@pytest.mark.parametrize("surrogate", SURROGATES)
@pytest.mark.parametrize("detach_reset", [False, True])
@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("neuron", VARIANTS.values(), ids=VARIANTS.keys())
def test_backward_equals_forward_mode(
    neuron: LIFNeuron | AdaptiveLIF,
    recurrent: bool,
    detach_reset: bool,
    surrogate: str,
    engine: str,
) -> None:
    case = make_case(neuron, recurrent)
    score_gradient = np.random.default_rng(2).standard_normal((3, 3))
    ours, slope = SURROGATES[surrogate]
    gradients = backward(case, engine, ours, score_gradient, detach_reset)
    distance = neuron.threshold_distance

    def derivative(overshoot: float) -> float:
        return slope(overshoot / distance) / distance

    for name, weight in case.weights.items():
        expected = np.zeros_like(weight)
        for index in np.ndindex(weight.shape):
            change = np.zeros_like(weight)
            change[index] = 1.0
            moved = oracle.tangent(case, {name: change}, derivative, detach_reset)
            expected[index] = (moved.sum(axis=1) * score_gradient).sum()
        # Sums of a few hundred terms of order one, each rounded at 1e-16.
        scale = np.abs(expected).max()
        np.testing.assert_allclose(gradients[name], expected, rtol=0, atol=1e-12 * scale)
        assert scale > 0


@pytest.mark.parametrize("detach_reset", [False, True])
@pytest.mark.parametrize("weight", [8.0, 20.0])  # the first step is silent, or has a spike
def test_two_steps_by_hand(weight: float, detach_reset: bool, engine: str) -> None:
    """u1 = w, v1 = u1 (1 - s1), u2 = q v1 + w with q = exp(-dt/τ), and a loss of c (s1 + s2):

    dL/dw = c (σ'(u1 - θ) + σ'(u2 - θ) (1 + q dv1/dw)),  dv1/dw = 1 - s1 - [attached] w σ'(u1 - θ)
    """
    neuron, c = LIFNeuron(tau_m=10.0, refractory_period=0.0), 1.7
    layer = Layer("output", 1, 1, neuron)
    topology = Topology(1, (layer,), SpikeCount(neuron=neuron), 1)
    case = oracle.Case(topology, {layer.weight: np.array([[weight]])}, np.ones((1, 2, 1), int), 1.0)
    found = backward(case, engine, FastSigmoid(slope=2.0), np.array([[c]]), detach_reset)

    def slope(u: float) -> float:
        return 1.0 / (1.0 + 2.0 * abs(u - 15.0) / 15.0) ** 2 / 15.0

    spike, q = float(weight >= 15.0), np.exp(-0.1)
    kept = 1.0 - spike - (0.0 if detach_reset else weight * slope(weight))
    second = slope(q * weight * (1.0 - spike) + weight)
    expected = c * (slope(weight) + second * (1.0 + q * kept))
    # A dozen roundings.
    assert found[layer.weight][0, 0] == pytest.approx(expected, rel=1e-14)


def test_only_the_asked_layers_get_gradients(engine: str) -> None:
    case = make_case(VARIANTS["hard"], recurrent=False)
    arguments = case, engine, FastSigmoid(), np.ones((3, 3)), True
    everything = backward(*arguments)
    only = backward(*arguments, frozenset({"hidden.1.weight"}))
    assert set(only) == {"hidden.1.weight"}
    np.testing.assert_array_equal(only["hidden.1.weight"], everything["hidden.1.weight"])


def test_a_spike_reaches_the_next_layer_in_its_step_and_its_own_layer_in_the_next(
    engine: str,
) -> None:
    """Unit weights above threshold: input at step 2 makes each of three layers fire at step 2."""
    neuron = LIFNeuron(refractory_period=0.0)
    recurrence = Recurrence(probability=1.0, self_connections=True)
    hidden = tuple(SpikingLayer(size=1, neuron=neuron, recurrent=recurrence) for _ in range(2))
    network = NetworkParameters(hidden=hidden, readout=SpikeCount(neuron=neuron))
    topology = build_topology(network, 1, 1, seed=0)
    weights = {name: np.full(shape, 20.0) for name, shape in topology.shapes.items()}
    train = SpikeTrain.from_pairs(np.array([2]), np.array([0]), dt=1.0, n_steps=6, n_channels=1)
    run = engine_named(engine).forward(topology, weights, train, Workspace())
    for i in range(3):
        np.testing.assert_array_equal(run.spikes(i).steps(), [2, 3, 4, 5])


#: Every model in every form, whatever `VARIANTS` and the plain loops know.
ALL_FORMS = VARIANTS | {
    "adaptation current, hard": AdaptiveLIF(
        tau_m=10.0, adaptation="current", a=0.4, b=3.0, tau_adapt=7.0, refractory_period=1.0
    ),
    "adaptation current, subtract, synapse": AdaptiveLIF(
        tau_m=10.0, adaptation="current", a=0.4, b=3.0, tau_adapt=7.0, tau_syn=4.0, reset="subtract"
    ),
    # Their gradient is that of the equations only where it is not clipped.
    "izhikevich": Izhikevich(bias=4.0, substep=0.3, max_jacobian=1e30),
    "izhikevich, half steps, synapse": Izhikevich(
        preset="CH", scheme="half_step", substep=0.5, tau_syn=4.0, max_jacobian=1e30
    ),
    "izhikevich, accommodation": Izhikevich(
        preset="accommodation", substep=0.25, max_jacobian=1e30
    ),
}


@pytest.mark.parametrize("detach_reset", [False, True])
@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("neuron", ALL_FORMS.values(), ids=ALL_FORMS.keys())
def test_backward_equals_complex_steps_through_the_laws(
    neuron: NeuronModel, recurrent: bool, detach_reset: bool, engine: str
) -> None:
    """Random directions through all weights: each is a sum over the gradient's elements."""
    case = make_case(neuron, recurrent)
    rng = np.random.default_rng(2)
    score_gradient = rng.standard_normal((3, 3))
    gradients = backward(case, engine, FastSigmoid(slope=2.0), score_gradient, detach_reset)
    distance = neuron.threshold_distance

    def slope(overshoot: float) -> float:
        return 1.0 / (1.0 + 2.0 * abs(overshoot / distance)) ** 2 / distance

    for name, weight in case.weights.items():
        scale = np.abs(gradients[name]).max()
        assert scale > 0
        for _ in range(3):
            change = rng.uniform(-1, 1, weight.shape)
            moved = complex_step.output_change(case, {name: change}, slope, detach_reset)
            expected = (moved.sum(axis=1) * score_gradient).sum()
            # A sum of up to 20 elements, each of a few hundred terms rounded at 1e-16.
            assert (gradients[name] * change).sum() == pytest.approx(expected, abs=1e-12 * scale)
