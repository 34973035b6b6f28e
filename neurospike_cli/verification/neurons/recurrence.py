"""When a spike arrives, and what it does there: at the next layer in its own step, at its own layer
in the next one, or `delay` later.

An input spike in step 2 makes the first of two neurons fire that excite each other; from there on
they take turns, so that with a delay of d steps spike number n comes in step 2 + n (1 + d), from
neuron n mod 2.

Three neurons get 1.5 θ in every step, and each spike takes 0.7 θ from the two other neurons. All
fire at once; in the next step each gets 1.5 θ - 2 · 0.7 θ = 0.1 θ and is silent; then 1.5 θ alone:
they fire in every second step.
"""

from __future__ import annotations

import numpy as np

from neurospike_cli.engine.selection import engine_named
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.recurrent_pairs import RecurrentPairs
from neurospike_cli.network.topology import Inhibition, Layer
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.neurons._single import intervals

ARRIVAL, STEPS = 2, 12
NEURON = LIFNeuron(refractory_period=0.0)


def measure(engine: str) -> list[Measurement]:
    """Measure in which steps neurons fire that excite or inhibit each other."""
    rows = []
    for delay in (0, 3):
        fired = _turns(engine, delay)
        times = np.arange(ARRIVAL, STEPS, 1 + delay)
        where = f"input in step {ARRIVAL}, delay {delay} (step)"
        quantity = f"spikes of two neurons that excite each other, delay {delay}"
        rows += [
            _row(engine, f"first spike of a neuron, {where}", _first(fired[:, 0]), times[0]),
            _row(engine, f"first spike of one behind it, {where}", _first(fired[:, 1]), times[1]),
            _row(engine, quantity, fired.sum(), len(times)),
        ]
    fired, what = _rivals(engine), f"three neurons that inhibit each other, {STEPS} steps"
    interval = intervals(fired[:, 0].nonzero()[0])[0]
    return [
        *rows,
        _row(engine, f"spikes of {what}", fired.sum(), 3 * STEPS // 2),
        _row(engine, f"first interval of {what} (steps)", interval, 2),
    ]


def _turns(engine: str, delay: int) -> np.ndarray:
    """Return when two neurons fire that excite each other, (step, neuron)."""
    rows, targets = np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32)
    pairs = RecurrentPairs(2, rows, targets, np.array([delay], np.int32), possible=2)
    layer = Layer("turns", 1, 2, NEURON, pairs)
    strong = 2.0 * NEURON.threshold_distance
    weights = {
        layer.weight: np.array([[strong, 0.0]]),
        layer.recurrent_weight: np.array([strong, strong]),
    }
    return _run(engine, layer, weights, np.array([ARRIVAL]))


def _rivals(engine: str) -> np.ndarray:
    """Return when three driven neurons fire that inhibit each other, (step, neuron)."""
    theta = NEURON.threshold_distance
    layer = Layer("rivals", 1, 3, NEURON, inhibition=Inhibition(0.7 * theta, 0))
    weights = {layer.weight: np.full((1, 3), 1.5 * theta)}
    return _run(engine, layer, weights, np.arange(STEPS))


def _run(
    engine: str, layer: Layer, weights: dict[str, np.ndarray], input_steps: np.ndarray
) -> np.ndarray:
    channels = np.zeros_like(input_steps)
    spikes = SpikeTrain.from_pairs(input_steps, channels, dt=1.0, n_steps=STEPS, n_channels=1)
    fired = engine_named(engine).run_layer(layer, weights, spikes, Workspace())
    steps: np.ndarray = fired.to_dense()[0]
    return steps


def _first(fired: np.ndarray) -> float:
    return float(fired.argmax()) if fired.any() else float("nan")


def _row(engine: str, quantity: str, measured: float, expected: int) -> Measurement:
    return Measurement(engine, "lif", quantity, float(measured), float(expected), 0.0)
