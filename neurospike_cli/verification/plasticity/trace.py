"""A trace under spikes each P ms settles at 1/(1 - exp(-P/tau)); nearest neighbours keep it at 1.

A postsynaptic spike in the step of the last presynaptic one shows x; a presynaptic spike right
after the last postsynaptic one shows y exp(-dt/tau). Each sample begins at 0: a second one that is
like the first changes the weight as much.
"""

from __future__ import annotations

from math import exp

import numpy as np

from neurospike_cli.learning._driven import at, learned
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.plasticity._cases import change, rule, span

NUMBER, AMPLITUDE = 300, 1e-3


def measure(engine: str) -> list[Measurement]:
    """Measure both traces after 300 spikes, and what is left of them for the next sample."""
    return [*(_settled(engine, period) for period in (5, 20)), *_post(engine), _anew(engine)]


def _settled(engine: str, period: int) -> Measurement:
    chosen = rule(a_plus=AMPLITUDE, a_minus=0.0)
    pre = list(range(0, NUMBER * period, period))
    found = change(engine, chosen, pre, pre[-1:]) / AMPLITUDE
    expected = 1.0 / (1.0 - exp(-period / chosen.tau_plus))
    quantity = f"presynaptic trace, one spike each {period} ms"
    # Rounding at 1e-16 in each step, of which earlier ones are forgotten with the trace.
    return Measurement(engine, "stdp", quantity, found, expected, 1e-13)


def _post(engine: str) -> list[Measurement]:
    rows, period = [], 5
    post = list(range(0, NUMBER * period, period))
    for pairing in ("all_to_all", "nearest"):
        chosen = rule(a_plus=0.0, a_minus=AMPLITUDE, pairing=pairing)
        found = -change(engine, chosen, [post[-1] + 1], post) / AMPLITUDE
        settled = 1.0 / (1.0 - exp(-period / chosen.tau_minus)) if pairing == "all_to_all" else 1.0
        expected = settled * exp(-1.0 / chosen.tau_minus)
        quantity = f"postsynaptic trace, one spike each {period} ms, a step later, {pairing}"
        rows.append(Measurement(engine, "stdp", quantity, found, expected, 1e-13))
    return rows


def _anew(engine: str) -> Measurement:
    """The spikes of a sample end close to those of the next."""
    chosen = rule()
    pre, post = at([0, 10, 28], 30), at([5, 12, 29], 30)
    twice = learned(engine, chosen, np.stack([pre, pre]), np.stack([post, post]), np.zeros((1, 1)))
    once = learned(engine, chosen, pre, post, np.zeros((1, 1)))
    found, expected = (float(w[0, 0]) / span(chosen) for w in (twice, 2.0 * once))
    quantity = "two samples, each like one alone (of the span)"
    return Measurement(engine, "stdp", quantity, found, expected, 1e-15)
