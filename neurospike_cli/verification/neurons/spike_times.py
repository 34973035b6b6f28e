"""When a constantly driven neuron spikes: first k = ceil(-(tau_m/dt) ln(1 - θ/R·I)) steps after the
start, then every k + n_ref steps; exact integers, wherever θ/R·I does not fall on the grid."""

from __future__ import annotations

import math

import numpy as np

from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.neurons._single import first_spike, intervals, run_single


def measure(engine: str) -> list[Measurement]:
    """Measure first spikes, intervals, and the clamp under an overwhelming input."""
    rows = []
    for drive in (15.2, 20.0, 80.0):
        for dt in (1.0, 0.1):
            neuron = LIFNeuron(bias=drive)
            k = math.ceil(-neuron.tau_m / dt * math.log1p(-neuron.threshold_distance / drive))
            _, spikes = run_single(neuron, np.zeros(3 * k + 100), dt, engine)
            where = f"R·I {drive:g} mV, dt {dt:g} ms (steps)"
            interval = k + round(neuron.refractory_period / dt)
            rows += [
                Measurement(engine, "lif", f"first spike, {where}", first_spike(spikes), k, 0.0),
                Measurement(
                    engine, "lif", f"interval, {where}", intervals(spikes)[0], interval, 0.0
                ),
            ]
    return rows + [_clamp(engine, steps) for steps in (0, 1, 5)]


def _clamp(engine: str, steps: int) -> Measurement:
    """Under an overwhelming input the interval is the refractory period and one step."""
    neuron = LIFNeuron(refractory_period=float(steps))
    _, spikes = run_single(neuron, np.full(40, 1e3), 1.0, engine)
    quantity = f"interval under 1 V a step, refractory period {steps} ms (steps)"
    return Measurement(engine, "lif", quantity, max(intervals(spikes)), steps + 1, 0.0)
