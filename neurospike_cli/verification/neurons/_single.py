"""A single neuron, driven and watched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.selection import engine_named
from neurospike_cli.neurons.neuron_model import NeuronModel


def run_single(
    neuron: NeuronModel, drive: NDArray[np.float64], dt: float, engine: str = "numpy"
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the membrane in every step, in mV and before the reset, and the steps with a spike.

    Args:
        neuron: the model.
        drive: summed weights of the input spikes in every step, in mV.
        dt: width of a step, in ms.
        engine: name of the engine that runs it.
    """
    states, spikes = run_states(neuron, drive, dt, engine)
    return states[0], spikes


def run_states(
    neuron: NeuronModel, drive: NDArray[np.float64], dt: float, engine: str
) -> tuple[list[NDArray[np.float64]], NDArray[np.int64]]:
    """Return every state variable as `run_single` returns the membrane, and the spikes' steps."""
    response = engine_named(engine).simulate(neuron, drive.reshape(-1, 1, 1), dt)
    states = [state[:, 0, 0].astype(np.float64) for state in response.states]
    return states, response.spikes.steps()


def intervals(spikes: NDArray[np.int64]) -> list[float]:
    """Return the steps from each spike to the next, or one NaN where there are none: a miss."""
    return [float(n) for n in np.diff(spikes)] or [float("nan")]


def first_spike(spikes: NDArray[np.int64]) -> float:
    """Return after how many steps the first spike came, or NaN if none did: a miss."""
    return float(spikes[0] + 1) if spikes.size else float("nan")
