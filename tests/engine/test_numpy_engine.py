"""The NumPy engine against plain loops: spikes equal, gradients to rounding."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.engine import numpy_engine
from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.surrogates.fast_sigmoid import FastSigmoid
from neurospike_cli.network.initialization import draw_weights
from neurospike_cli.network.layers import NetworkParameters, Recurrence, SpikingLayer
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.network.topology import build_topology
from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.lif import LIFNeuron
from tests.engine import oracle

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


def make_case(neuron: LIFNeuron | AdaptiveLIF, recurrent: bool) -> oracle.Case:
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


def spike_input(case: oracle.Case) -> sparse.SpikeMatrix:
    trains = []
    for sample in case.dense:
        steps, channels = np.nonzero(sample)
        trains.append(SpikeTrain.from_pairs(steps, channels, dt=1.0, n_steps=12, n_channels=5))
    return SpikeTrain.batch(trains).to_csr_step_major(np.dtype("float64"))


def forward(case: oracle.Case) -> numpy_engine.ForwardPass:
    return numpy_engine.forward(
        case.topology, case.weights, spike_input(case), 3, case.dt, Workspace()
    )


def dense_spikes(record: numpy_engine.LayerRecord, samples: int, size: int) -> np.ndarray:
    dense = np.zeros((len(record.fired), samples * size))
    for step, fired in enumerate(record.fired):
        dense[step, fired] = 1
    return dense.reshape(-1, samples, size).transpose(1, 0, 2)


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("neuron", VARIANTS.values(), ids=VARIANTS.keys())
def test_forward_equals_the_plain_loops(neuron: LIFNeuron | AdaptiveLIF, recurrent: bool) -> None:
    case = make_case(neuron, recurrent)
    run = forward(case)
    for expected, record, layer in zip(
        oracle.run(case), run.layers, case.topology.layers, strict=True
    ):
        assert expected.sum() > 0
        np.testing.assert_array_equal(dense_spikes(record, 3, layer.size), expected)
    np.testing.assert_array_equal(run.scores, oracle.run(case)[-1].sum(axis=1))


@pytest.mark.parametrize("detach_reset", [False, True])
@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("neuron", VARIANTS.values(), ids=VARIANTS.keys())
def test_backward_equals_forward_mode(
    neuron: LIFNeuron | AdaptiveLIF, recurrent: bool, detach_reset: bool
) -> None:
    case = make_case(neuron, recurrent)
    score_gradient = np.random.default_rng(2).standard_normal((3, 3))
    surrogate = FastSigmoid(slope=2.0)
    gradients = numpy_engine.backward(
        case.topology,
        case.weights,
        forward(case),
        score_gradient,
        surrogate.derivative,
        detach_reset,
        frozenset(case.weights),
        Workspace(),
    )
    distance = neuron.threshold_distance

    def derivative(overshoot: float) -> float:
        return 1.0 / (1.0 + 2.0 * abs(overshoot / distance)) ** 2 / distance

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


def test_only_the_asked_layers_get_gradients() -> None:
    case = make_case(VARIANTS["hard"], recurrent=False)
    everything = _gradients(case, frozenset(case.weights))
    only = _gradients(case, frozenset({"hidden.1.weight"}))
    assert set(only) == {"hidden.1.weight"}
    np.testing.assert_array_equal(only["hidden.1.weight"], everything["hidden.1.weight"])


def _gradients(case: oracle.Case, trained: frozenset[str]) -> dict[str, np.ndarray]:
    surrogate = FastSigmoid().derivative
    run = forward(case)
    return numpy_engine.backward(
        case.topology, case.weights, run, np.ones((3, 3)), surrogate, True, trained, Workspace()
    )


def test_a_spike_reaches_the_next_layer_in_its_step_and_its_own_layer_in_the_next() -> None:
    """Unit weights above threshold: input at step 2 makes each of three layers fire at step 2."""
    neuron = LIFNeuron(refractory_period=0.0)
    recurrence = Recurrence(probability=1.0, self_connections=True)
    hidden = tuple(SpikingLayer(size=1, neuron=neuron, recurrent=recurrence) for _ in range(2))
    network = NetworkParameters(hidden=hidden, readout=SpikeCount(neuron=neuron))
    topology = build_topology(network, 1, 1, seed=0)
    weights = {name: np.full(shape, 20.0) for name, shape in topology.shapes.items()}
    train = SpikeTrain.from_pairs(np.array([2]), np.array([0]), dt=1.0, n_steps=6, n_channels=1)
    run = numpy_engine.forward(
        topology, weights, train.to_csr_step_major(np.dtype("float64")), 1, 1.0, Workspace()
    )
    for record in run.layers:
        assert [len(f) for f in record.fired] == [0, 0, 1, 1, 1, 1]
