"""The interval to which a driven adaptive neuron settles:

R·I (1 - exp(-T/tau_m)) = θ + β exp(-T/tau_adapt) / (1 - exp(-T/tau_adapt))
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.neurons._single import intervals, run_single

DT = 0.05


def measure(engine: str) -> list[Measurement]:
    """Measure the last interval after ten time constants; the grid rounds it by up to a step."""
    rows = []
    for drive, beta, tau_adapt in ((30.0, 2.0, 100.0), (60.0, 5.0, 50.0)):
        neuron = AdaptiveLIF(bias=drive, beta=beta, tau_adapt=tau_adapt, refractory_period=0.0)
        _, spikes = run_single(neuron, np.zeros(round(10 * tau_adapt / DT)), DT, engine)
        settled = DT * intervals(spikes)[-1]
        where = f"R·I {drive:g} mV, β {beta:g} mV, tau_adapt {tau_adapt:g} ms"
        quantity = f"settled interval, {where} (ms)"
        rows.append(Measurement(engine, "adaptive_lif", quantity, settled, closed_form(neuron), DT))
    return rows


def closed_form(neuron: AdaptiveLIF) -> float:
    """Return T in ms."""

    def excess(t: float) -> float:
        left = np.exp(-t / neuron.tau_adapt)
        threshold = neuron.threshold_distance + neuron.beta * left / (1.0 - left)
        return float(-neuron.bias * np.expm1(-t / neuron.tau_m) - threshold)

    return float(brentq(excess, 1e-3, 1e3, xtol=1e-12))
