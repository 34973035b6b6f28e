"""A single neuron, driven and watched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.neurons.neuron_model import NeuronModel


def run_single(
    neuron: NeuronModel, drive: NDArray[np.float64], dt: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the recorded state in every step, in mV, and the steps in which it spiked.

    Args:
        neuron: the model.
        drive: summed weights of the input spikes in every step, in mV.
        dt: width of a step, in ms.
    """
    current = drive.reshape(-1, 1, 1).copy()
    fired = neuron.simulate(current, dt)
    steps = np.array([step for step, which in enumerate(fired) if which.size], dtype=np.int64)
    return current[:, 0, 0], steps


def intervals(spikes: NDArray[np.int64]) -> list[float]:
    """Return the steps from each spike to the next, or one NaN where there are none: a miss."""
    return [float(n) for n in np.diff(spikes)] or [float("nan")]


def first_spike(spikes: NDArray[np.int64]) -> float:
    """Return after how many steps the first spike came, or NaN if none did: a miss."""
    return float(spikes[0] + 1) if spikes.size else float("nan")
