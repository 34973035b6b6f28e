"""Both engines, for tests that hold for each."""

from __future__ import annotations

import numpy as np

from neurospike_cli.engine.engine import Response
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.neurons.neuron_model import NeuronModel

ENGINES = ("numpy", "compiled")


def drive(neuron: NeuronModel, current: np.ndarray, dt: float, engine: str) -> Response:
    """Return what neurons do whose currents, (step, sample, neuron), are given."""
    return engine_named(engine).simulate(neuron, current, dt)


def membrane(neuron: NeuronModel, current: np.ndarray, dt: float, engine: str) -> np.ndarray:
    """Return the membrane before the reset, like `current`."""
    return drive(neuron, current, dt, engine).states[0]
