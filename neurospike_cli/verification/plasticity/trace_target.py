"""A postsynaptic spike weakens inputs whose trace is below `trace_target`, silent ones most.

    Δw = a_plus (x - x_target) (w_max - w)    where the trace x is above x_target
    Δw = a_plus (x - x_target) (w - w_min)    where it is below

with soft bounds on both sides (Diehl & Cook 2015, eq. 2); w_max - w_min for both with hard ones.
"""

from __future__ import annotations

from math import exp

import numpy as np

from neurospike_cli.learning._driven import at, learned
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.plasticity._cases import rule

LAGS, TARGET, FIRST = (1, 20, 100), 0.4, 0.3


def measure(engine: str) -> list[Measurement]:
    """Measure the change by one spike of inputs that spiked before it, and of one that did not."""
    rows = []
    for kind in ("additive", "multiplicative"):
        chosen = rule(w_min=-0.5, w_max=1.5, trace_target=TARGET, weight_dependence={"type": kind})
        n_steps = max(LAGS) + 1
        pre = np.hstack([at([n_steps - 1 - lag], n_steps) for lag in LAGS])
        pre = np.hstack([pre, at([], n_steps)])
        first = np.full((len(LAGS) + 1, 1), FIRST)
        weights = learned(engine, chosen, pre, at([n_steps - 1], n_steps), first)
        traces = [*(exp(-lag / chosen.tau_plus) for lag in LAGS), 0.0]
        for name, x, w in zip((*LAGS, "no"), traces, weights[:, 0], strict=True):
            rise, fall = (1.2, 0.8) if kind == "multiplicative" else (2.0, 2.0)
            change = chosen.a_plus * (x - TARGET) * (rise if x > TARGET else fall)
            when = f"input {name} ms before" if x else "silent input"
            quantity = f"change with trace_target {TARGET:g}, {kind}, {when} (mV)"
            # A weight of 0.3 mV is rounded at 6e-17.
            rows.append(Measurement(engine, "stdp", quantity, float(w) - FIRST, change, 1e-16))
    return rows
