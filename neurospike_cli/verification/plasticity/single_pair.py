"""One pair: the window itself, what spikes of one step do, and a delay that shifts the window.

    Δw = +a_plus exp(-Δt/tau_plus),  Δt >= 0        -a_minus exp(Δt/tau_minus),  Δt < 0

Δt is counted from the arrival of the presynaptic spike, d after it was sent: the window over the
time from sending to the postsynaptic spike is shifted by d. With `coincident: ignore` nothing
happens at Δt = 0.
"""

from __future__ import annotations

from math import exp

import numpy as np

from neurospike_cli.learning._driven import at, learned
from neurospike_cli.learning.stdp import STDP
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.plasticity._cases import rule, span

SENT, STEPS, DELAY = 60, 160, 7


def measure(engine: str) -> list[Measurement]:
    """Measure the change by one pair, at lags around 0 and around the delay."""
    rows = []
    for ties in ("potentiate", "ignore"):
        for lag in (-40, -1, 0, 1, 40):
            rows.append(_row(engine, rule(coincident=ties), lag, 0))
    for lag in (-1, 0, DELAY - 1, DELAY, DELAY + 1):
        rows.append(_row(engine, rule(), lag, DELAY))
    return rows


def closed_form(chosen: STDP, lag: float) -> float:
    """Return the change for Δt = `lag` ms, in units of the span."""
    if lag == 0 and chosen.coincident == "ignore":
        return 0.0
    if lag >= 0:
        return chosen.a_plus * exp(-lag / chosen.tau_plus)
    return -chosen.a_minus * exp(lag / chosen.tau_minus)


def _row(engine: str, chosen: STDP, lag: int, delay: int) -> Measurement:
    trains = at([SENT], STEPS), at([SENT + lag], STEPS)
    weight = learned(engine, chosen, *trains, np.zeros((1, 1)), delay=delay)
    expected = closed_form(chosen, lag - delay)
    conditions = f"coincident: {chosen.coincident}, delay {delay} ms (of the span)"
    quantity = f"one pair, post {lag:+d} ms from pre, {conditions}"
    found = float(weight[0, 0]) / span(chosen)
    # Three roundings of one change.
    return Measurement(engine, "stdp", quantity, found, expected, 1e-15 * abs(expected))
