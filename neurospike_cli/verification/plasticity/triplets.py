"""Triplets of spikes (Pfister & Gerstner 2006, eqs. 3, 4), by sums over all spikes before.

    at a postsynaptic spike   w += r1 (a_plus + a3_plus o2)      r1, o1: with tau_plus, tau_minus
    at a presynaptic spike    w -= o1 (a_minus + a3_minus r2)    r2, o2: with tau_x, tau_y

r and o are sums of exp(-Δt/tau) over presynaptic and over postsynaptic spikes, those of the spike's
own side without itself. Under N pairs of lag D, one each P ms, r1 at pair n is a geometric sum, and
so is each factor; with r = e^(-P/tau_plus), q = e^(-P/tau_y) (s, u for the other side) the triplets
add to a_plus and a_minus terms

    a3_plus  e^(-D/tau_plus)      q/((1-r)(1-q)) Σ_n (1 - r^n)(1 - q^(n-1))
    a3_minus e^(-(P-D)/tau_minus) u/((1-s)(1-u)) Σ_n (1 - s^(n-1))(1 - u^(n-1))
"""

from __future__ import annotations

from math import exp

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.learning._driven import learned
from neurospike_cli.learning._synapses import Triplet
from neurospike_cli.learning.stdp import STDP
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.plasticity._cases import (
    change,
    geometric,
    poisson,
    rule,
    span,
    spike_times,
)

TRIPLET = Triplet(a3_plus=2e-4, a3_minus=1.5e-4, tau_x=101.0, tau_y=125.0)
NUMBER = 60


def measure(engine: str) -> list[Measurement]:
    """Measure triplets of Poisson trains and of periodic pairs."""
    return [*(_poisson(engine, ties) for ties in ("potentiate", "ignore")), *_periodic(engine)]


def brute_force(
    chosen: STDP, pre: NDArray[np.int64], post: NDArray[np.int64]
) -> tuple[float, float]:
    """Return potentiation and depression by sums over all spikes, in units of the span."""
    triplet = chosen.triplet or Triplet()
    has_ties = chosen.coincident == "potentiate"
    up = down = 0.0
    for t in post:
        r1 = _sum(t, pre[pre <= t] if has_ties else pre[pre < t], chosen.tau_plus)
        up += r1 * (chosen.a_plus + triplet.a3_plus * _sum(t, post[post < t], triplet.tau_y))
    for t in pre:
        o1 = _sum(t, post[post < t], chosen.tau_minus)
        down += o1 * (chosen.a_minus + triplet.a3_minus * _sum(t, pre[pre < t], triplet.tau_x))
    return up, down


def closed_form(chosen: STDP, lag: float, period: float, n: int) -> tuple[float, float]:
    """Return potentiation and depression by periodic pairs, in units of the span."""
    triplet = chosen.triplet or Triplet()
    r, s = exp(-period / chosen.tau_plus), exp(-period / chosen.tau_minus)
    u, q = exp(-period / triplet.tau_x), exp(-period / triplet.tau_y)
    first, second = exp(-lag / chosen.tau_plus), exp(-(period - lag) / chosen.tau_minus)
    up = chosen.a_plus * geometric(r, n)
    # Σ_n (1 - r^n)(1 - q^(n-1)), the products of powers summed one by one; Σ s^(n-1) likewise.
    both = n - r * _series(r, n) - _series(q, n) + r * _series(r * q, n)
    up += triplet.a3_plus * q * both / ((1.0 - r) * (1.0 - q))
    down = chosen.a_minus * geometric(s, n - 1)
    both = n - _series(s, n) - _series(u, n) + _series(s * u, n)
    down += triplet.a3_minus * u * both / ((1.0 - s) * (1.0 - u))
    return first * up, second * down


def _series(ratio: float, n: int) -> float:
    """Return Σ_{k<n} ratio^k."""
    return (1.0 - ratio**n) / (1.0 - ratio)


def _sum(t: int, others: NDArray[np.int64], tau: float) -> float:
    return float(np.exp((others - t) / tau).sum())


def _poisson(engine: str, ties: str) -> Measurement:
    chosen = rule(triplet=TRIPLET, coincident=ties)
    pre, post = poisson(4, 4, 500, 0.08)
    pre = np.minimum(pre, 1)
    weights = learned(engine, chosen, pre, post, np.zeros((4, 4))) / span(chosen)
    errors = []
    for i, before in enumerate(spike_times(pre)):
        for j, after in enumerate(spike_times(post)):
            up, down = brute_force(chosen, before, after)
            errors.append(abs(weights[i, j] - (up - down)) / (up + down))
    quantity = f"triplets of Poisson trains, coincident: {ties} (rel. error)"
    return Measurement(engine, "stdp", quantity, float(np.max(errors)), 0.0, 1e-13)


def _periodic(engine: str) -> list[Measurement]:
    rows = []
    for lag, period in ((10, 50), (20, 25)):
        chosen = rule(triplet=TRIPLET)
        pre = [period * n for n in range(NUMBER)]
        found = change(engine, chosen, pre, [step + lag for step in pre])
        up, down = closed_form(chosen, lag, period, NUMBER)
        quantity = f"triplets, {NUMBER} pairs of {lag} ms, one each {period} ms (of the span)"
        rows.append(Measurement(engine, "stdp", quantity, found, up - down, 1e-13 * (up + down)))
    return rows
