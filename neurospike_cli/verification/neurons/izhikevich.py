"""Izhikevich's neuron against its equations, solved exactly: an eighth-order method that finds
every spike to 1e-10 ms (`exact_spikes` in `tests/neurons/test_izhikevich.py` does it again), and
against its fixed point, 0.04 v² + (5 - b) v + 140 + I = 0."""

from __future__ import annotations

import math

import numpy as np

from neurospike_cli.neurons.izhikevich import Izhikevich
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.neurons._single import first_spike, run_single

#: Spikes in 1000 ms and time of the first in ms, driven by 10 mV/ms from -65 mV.
EXACT = {
    "RS": (23, 3.127),
    "IB": (34, 3.127),
    "CH": (87, 3.127),
    "FS": (137, 3.153),
    "LTS": (78, 2.468),
    "RZ": (196, 2.392),
    "TC": (277, 2.468),
}
CURRENT = 10.0


def measure(engine: str) -> list[Measurement]:
    """Count spikes with the default sub-step, time the first ones, and rest for a second."""
    rows = []
    for kind, (count, first) in EXACT.items():
        neuron = Izhikevich(preset=kind, bias=CURRENT)
        _, spikes = run_single(neuron, np.zeros(1000), 1.0, engine)
        quantity = f"spikes of {kind} in 1000 ms, dt 1 ms"
        found = Measurement(engine, "izhikevich", quantity, float(len(spikes)), count, 0.01 * count)
        _, spikes = run_single(neuron, np.zeros(500), 0.01, engine)
        quantity = f"first spike of {kind}, dt 0.01 ms (ms)"
        time = 0.01 * first_spike(spikes)
        rows += [found, Measurement(engine, "izhikevich", quantity, time, first, 0.03)]
    return [*rows, *(_rest(engine, current) for current in (0.0, 2.0))]


def _rest(engine: str, current: float) -> Measurement:
    """Rounding of terms of 350 mV/ms, damped with 1 ms, leaves 1e-13 mV."""
    linear = 5.0 - Izhikevich().b
    v = (-linear - math.sqrt(linear**2 - 0.16 * (140.0 + current))) / 0.08
    neuron = Izhikevich(bias=current, v_init=v, substep=0.1)
    states, _ = run_single(neuron, np.zeros(1000), 1.0, engine)
    quantity = f"fixed point after 1 s, I {current:g} mV/ms (mV)"
    return Measurement(engine, "izhikevich", quantity, float(states[-1]), v, 1e-10)
