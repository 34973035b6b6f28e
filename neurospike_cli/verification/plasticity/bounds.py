"""Soft bounds are approached, hard ones never exceeded.

Coincident pairs far apart, nearest neighbours: each trace is 1, and

    w_n = w_max - (w_max - w_0) (1 - a_plus)^n      multiplicative

In powers of the distance, d = (w_max - w)/span and e = (w - w_min)/span,

    w += a_plus span d^mu_plus,    w -= a_minus span e^mu_minus q,   q = exp(-Δt/tau_minus)

from pair to pair, with the power function of the C library where the rule has square roots.
"""

from __future__ import annotations

from math import exp

import numpy as np

from neurospike_cli.learning._driven import at, learned
from neurospike_cli.learning.stdp import STDP
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.plasticity._cases import poisson, rule

N, APART, FIRST = 40, 25, 0.3


def measure(engine: str) -> list[Measurement]:
    """Measure the approach to soft bounds, and the extremes between hard ones."""
    between = {"w_min": -0.5, "w_max": 1.5, "pairing": "nearest"}
    soft = rule(**between, a_minus=0.0, a_plus=0.1, weight_dependence={"type": "multiplicative"})
    expected = 1.5 - (1.5 - FIRST) * 0.9**N
    quantity = f"multiplicative, {N} coincident pairs, w_max 1.5 mV (mV)"
    # Each of 40 steps rounds at 1e-16 and forgets a tenth of what earlier ones did.
    rows = [Measurement(engine, "stdp", quantity, _weight(engine, soft), expected, 1e-14)]
    for plus, minus in ((0.3, 0.8), (1.0, 0.0)):
        dependence = {"type": "power_law", "mu_plus": plus, "mu_minus": minus}
        power = rule(**between, a_plus=0.02, a_minus=0.01, weight_dependence=dependence)
        quantity = f"power law {plus:g}, {minus:g}, {N} pairs (mV)"
        # A power is a product of 53 roots, rounded at 6e-15 together; so is a change of 0.2 mV.
        found = _weight(engine, power)
        rows.append(
            Measurement(engine, "stdp", quantity, found, _recursion(power, plus, minus), 1e-13)
        )
    return [*rows, *_extremes(engine)]


def _weight(engine: str, chosen: STDP) -> float:
    both = at(range(0, N * APART, APART), N * APART)
    return float(learned(engine, chosen, both, both, np.array([[FIRST]]))[0, 0])


def _recursion(chosen: STDP, plus: float, minus: float) -> float:
    """Follow one weight: depressed by the last postsynaptic spike, then potentiated."""
    span, w = chosen.w_max - chosen.w_min, FIRST
    for n in range(N):
        if n:
            q = exp(-APART / chosen.tau_minus)
            w -= chosen.a_minus * span * ((w - chosen.w_min) / span) ** minus * q
        w += chosen.a_plus * span * ((chosen.w_max - w) / span) ** plus
    return w


def _extremes(engine: str) -> list[Measurement]:
    """Let changes of half the span push weights about; the extremes are the bounds themselves."""
    chosen = rule(a_plus=0.5, a_minus=0.5, w_min=-0.3, w_max=0.7)
    pre, post = poisson(12, 12, 400, 0.05)
    weights = learned(engine, chosen, pre, post, np.full((12, 12), 0.2))
    what = "of 144 weights that are pushed by half the span (mV)"
    return [
        Measurement(engine, "stdp", f"largest {what}", float(weights.max()), 0.7, 0.0),
        Measurement(engine, "stdp", f"smallest {what}", float(weights.min()), -0.3, 0.0),
    ]
