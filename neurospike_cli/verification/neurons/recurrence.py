"""When a spike arrives: at the next layer in its own step, at its own layer in the next one.

An input spike in step 2 makes the first of two neurons fire that excite each other; from there on
they take turns, so that spike number n comes in step 2 + n, from neuron n mod 2.
"""

from __future__ import annotations

import numpy as np

from neurospike_cli.engine.selection import engine_named
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer, RecurrentPairs
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.verification._measurement import Measurement

ARRIVAL, STEPS = 2, 8


def measure(engine: str) -> list[Measurement]:
    """Measure in which steps the two neurons fire."""
    pairs = RecurrentPairs(np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32))
    layer = Layer("turns", 1, 2, LIFNeuron(refractory_period=0.0), pairs)
    strong = 2.0 * layer.neuron.threshold_distance
    weights = {
        layer.weight: np.array([[strong, 0.0]]),
        layer.recurrent_weight: np.array([strong, strong]),
    }
    kick = SpikeTrain.from_pairs(
        np.array([ARRIVAL]), np.array([0]), dt=1.0, n_steps=STEPS, n_channels=1
    )
    fired = engine_named(engine).run_layer(layer, weights, kick, Workspace()).to_dense()[0]
    return [
        _row(engine, "first spike of a neuron", fired[:, 0], ARRIVAL),
        _row(engine, "first spike of a neuron behind it", fired[:, 1], ARRIVAL + 1),
        Measurement(
            engine,
            "lif",
            "spikes of two neurons that excite each other",
            float(fired.sum()),
            STEPS - ARRIVAL,
            0.0,
        ),
    ]


def _row(engine: str, what: str, fired: np.ndarray, expected: int) -> Measurement:
    first = float(fired.argmax()) if fired.any() else float("nan")
    quantity = f"{what}, input in step {ARRIVAL} (step)"
    return Measurement(engine, "lif", quantity, first, expected, 0.0)
