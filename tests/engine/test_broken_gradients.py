"""Ways back with one mistake in the frame around the laws: complex steps find each, in each engine.

`tests/verification/test_broken_frames.py` does the same with the ways forward.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from neurospike_cli.engine import numpy_layer, numpy_recurrence
from neurospike_cli.engine.kernels import backward as kernels
from neurospike_cli.learning.surrogates.fast_sigmoid import FastSigmoid
from neurospike_cli.network.initialization import draw_weights
from neurospike_cli.network.layers import (
    LateralInhibition,
    NetworkParameters,
    Recurrence,
    SpikingLayer,
)
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.network.topology import build_topology
from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.neuron_model import Laws
from tests.changed_source import Changes, replace_in_source
from tests.engine import complex_step, oracle
from tests.engine.passes import backward
from tests.engines import ENGINES

#: Everything that a frame has to do with: a synapse, a refractory period, a state that goes on in
#: it, a reset that the gradient sees.
NEURON = AdaptiveLIF(
    tau_m=10.0, tau_syn=4.0, tau_adapt=7.0, beta=3.0, refractory_period=2.0, reset="subtract"
)
#: Where the reset itself forgets the membrane, and no refractory step does.
HARD = NEURON.model_copy(update={"refractory_period": 0.0, "reset": "hard"})

#: Mistakes of the NumPy engine: module, function, fragments.
NUMPY: dict[str, tuple[ModuleType, str, Changes]] = {
    "refractory period a step short": (
        numpy_layer,
        "backpropagate",
        {"refractory(record.fired, k, wait)": "refractory(record.fired, k, wait - 1)"},
    ),
    "clamped neurons learn": (
        numpy_layer,
        "backpropagate",
        {"            delta[blocked] = 0\n            _put": "            _put"},
    ),
    "clamped states are forgotten": (
        numpy_layer,
        "backpropagate",
        {"_put(gradient, blocked, held)": "pass"},
    ),
    "no reset": (
        numpy_layer,
        "backpropagate",
        {"_put(gradient, fired, step.reset_back(_some(gradient, fired)))": "pass"},
    ),
    "wrong sign of a spike's own reset": (
        numpy_layer,
        "backpropagate",
        {"delta += step.spike_back": "delta -= step.spike_back"},
    ),
    "synapse without memory": (
        numpy_layer,
        "backpropagate",
        {"jump, synaptic = synapse.arrive_back": "jump, _ = synapse.arrive_back"},
    ),
    "recurrent errors a step late": (
        numpy_recurrence,
        "feedback_gradient",
        {
            "if step > delay:": "if step > delay + 1:",
            "spike_gradient[step - 1 - delay] +=": "spike_gradient[step - 2 - delay] +=",
        },
    ),
    "wrong sign of inhibition": (
        numpy_recurrence,
        "feedback_gradient",
        {"inhibition.delay] -= each": "inhibition.delay] += each"},
    ),
}

#: The same mistakes in the compiled engine's `run_samples_back`.
COMPILED: dict[str, Changes] = {
    "refractory period a step short": {
        "wait = laws.refractory_steps": "wait = laws.refractory_steps - 1"
    },
    "clamped neurons learn": {"            drive = zero\n": ""},
    "clamped states are forgotten": {"back = step.hold_back(after)": "pass"},
    "no reset": {
        "put(gradient, j, laws.step.reset_back(element(gradient, j, laws.initial)))": "pass"
    },
    "wrong sign of a spike's own reset": {
        "error[n] += laws.step.spike_back": "error[n] -= laws.step.spike_back"
    },
    "synapse without memory": {"put(synaptic, j, left[1])": "pass"},
    "recurrent errors a step late": {
        "following > pairs.delays[c]": "following > pairs.delays[c] + 1",
        "row + 1 + pairs.delays[c]": "row + 2 + pairs.delays[c]",
    },
    "wrong sign of inhibition": {"error[n] -= strength": "error[n] += strength"},
}


def make_case() -> oracle.Case:
    """Three samples of 12 steps through 5-4-4-3 neurons that excite and inhibit each other."""
    first, second = (
        SpikingLayer(
            size=4,
            neuron=neuron,
            recurrent=Recurrence(probability=0.6, self_connections=True),
            inhibition=LateralInhibition(strength=0.7),
        )
        for neuron in (NEURON, HARD)
    )
    network = NetworkParameters(hidden=(first, second), readout=SpikeCount(neuron=NEURON))
    topology = build_topology(network, 5, 3, seed=3)
    weights = draw_weights(topology, network.initialization, 3, "float64")
    dense = (np.random.default_rng(1).random((3, 12, 5)) < 0.5).astype(np.int32)
    return oracle.Case(topology, {n: w + 25.0 for n, w in weights.items()}, dense, dt=1.0)


CASE, SURROGATE = make_case(), FastSigmoid(slope=2.0)
SCORE_GRADIENT = np.random.default_rng(2).standard_normal((3, 3))
CHANGES = {
    name: np.random.default_rng(3).uniform(-1, 1, weight.shape)
    for name, weight in CASE.weights.items()
}


@pytest.fixture(scope="module")
def slopes() -> dict[str, float]:
    """How the loss changes in a random direction of each weight array, by complex steps."""
    slope = SURROGATE.law(NEURON.threshold_distance).slope
    found = {}
    for name, change in CHANGES.items():
        moved = complex_step.output_change(CASE, {name: change}, slope, detach_reset=False)
        found[name] = float((moved.sum(axis=1) * SCORE_GRADIENT).sum())
    return found


def is_right(engine: str, slopes: dict[str, float]) -> bool:
    """Whether the engine's gradients are those slopes, to 1e-12 of the largest element."""
    gradients = backward(CASE, engine, SURROGATE, SCORE_GRADIENT, detach_reset=False)
    return all(
        abs((gradient * CHANGES[name]).sum() - slopes[name]) <= 1e-12 * np.abs(gradient).max()
        for name, gradient in gradients.items()
    )


@pytest.mark.parametrize("mistake", NUMPY)
def test_a_broken_way_back_of_the_numpy_engine_is_found(
    mistake: str, slopes: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_in_source(monkeypatch, *NUMPY[mistake])
    assert not is_right("numpy", slopes)


@pytest.mark.parametrize("mistake", COMPILED)
def test_a_broken_way_back_of_the_compiled_engine_is_found(
    mistake: str, slopes: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_in_source(monkeypatch, kernels, "run_samples_back", COMPILED[mistake])
    assert not is_right("compiled", slopes)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "change",
    [
        lambda step: step._replace(leak=step.left, left=step.leak),
        lambda step: step._replace(leak=-step.leak),
        lambda step: step._replace(after=step.after._replace(attached=-step.after.attached)),
    ],
    ids=["time constants swapped", "wrong sign of the decay", "wrong sign of the reset"],
)
def test_broken_laws_of_the_way_back_are_found(
    change: Callable, engine: str, slopes: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Constants that only the way back reads; `slopes` are those of the right laws."""
    right = AdaptiveLIF.laws

    def laws(self: AdaptiveLIF, dt: float, *, detach_reset: bool = True) -> Laws:
        found = right(self, dt, detach_reset=detach_reset)
        return found._replace(step=change(found.step))

    monkeypatch.setattr(AdaptiveLIF, "laws", laws)
    assert not is_right(engine, slopes)


def test_running_the_source_as_it_is_breaks_nothing(
    slopes: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(NUMPY) == set(COMPILED)
    assert [is_right(engine, slopes) for engine in ENGINES] == [True, True]
    for module, function, _ in NUMPY.values():
        replace_in_source(monkeypatch, module, function, {})
    replace_in_source(monkeypatch, kernels, "run_samples_back", {})
    assert [is_right(engine, slopes) for engine in ENGINES] == [True, True]
