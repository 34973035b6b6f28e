"""The potential after one spike through an exponential synapse:

V(t) = (w/tau_m) exp(-t/tau_m) expm1(a t)/a,  a = 1/tau_m - 1/tau_syn,

with t in place of expm1(a t)/a where a = 0.
"""

from __future__ import annotations

import numpy as np

from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.neurons._single import run_single

WEIGHT, DT, TIME = 3.0, 0.1, 10.0


def measure(engine: str) -> list[Measurement]:
    """Measure the potential 10 ms after a spike, also where the time constants meet."""
    rows = []
    for model in (LIFNeuron, AdaptiveLIF):
        for tau_m, tau_syn in ((20.0, 5.0), (10.0, 30.0), (10.0, 10.0), (10.0, 10.0 + 1e-9)):
            neuron = model(tau_m=tau_m, tau_syn=tau_syn, v_thresh=1000.0)
            drive = np.zeros(round(TIME / DT) + 1)
            drive[0] = WEIGHT
            v, _ = run_single(neuron, drive, DT, engine)
            times = f"tau_m {tau_m:g} ms, tau_syn {tau_syn:.12g} ms"
            quantity = f"potential {TIME:g} ms after a spike, {times} (mV)"
            expected = closed_form(TIME, tau_m, tau_syn)
            # Relative 1e-12: a hundred roundings of current and potential.
            tolerance = 1e-12 * expected
            row = Measurement(
                engine, neuron.component_name, quantity, float(v[-1]), expected, tolerance
            )
            rows.append(row)
    return rows


def closed_form(t: float, tau_m: float, tau_syn: float) -> float:
    """Return V(t) in mV; all times in ms."""
    a = 1.0 / tau_m - 1.0 / tau_syn
    slope = np.expm1(a * t) / a if a else t
    return float(WEIGHT / tau_m * np.exp(-t / tau_m) * slope)
