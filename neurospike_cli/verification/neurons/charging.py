"""A membrane charged by a constant current: V(t) = R·I (1 - exp(-t/tau_m)).

The propagator is exact for every step width; rounding leaves 8e-14 mV of 40 mV after 5 ms.
"""

from __future__ import annotations

import numpy as np

from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.neurons._single import run_single

DRIVE, DURATION = 40.0, 5.0


def measure(engine: str) -> list[Measurement]:
    """Measure the potential after 5 ms with steps from 1 ms to 2⁻⁹ ms."""
    rows = []
    for model in (LIFNeuron, AdaptiveLIF):
        neuron = model(v_thresh=1000.0, bias=DRIVE, refractory_period=0.0)
        for dt in (1.0, 0.125, 2.0**-9):
            v, _ = run_single(neuron, np.zeros(round(DURATION / dt)), dt, engine)
            expected = float(-DRIVE * np.expm1(-DURATION / neuron.tau_m))
            quantity = f"potential after {DURATION:g} ms, dt {dt:g} ms (mV)"
            row = Measurement(
                engine, neuron.component_name, quantity, float(v[-1]), expected, 1e-13
            )
            rows.append(row)
    return rows
