"""N pairs with lag D, one each P ms: pre before post, and post before the next pre.

    all_to_all  a_plus e^(-D/tau_plus) G(e^(-P/tau_plus), N)
                - a_minus e^(-(P-D)/tau_minus) G(e^(-P/tau_minus), N - 1)
    nearest     a_plus e^(-D/tau_plus) N - a_minus e^(-(P-D)/tau_minus) (N - 1)

with G(r, N) = Σ_{d<N} (N - d) r^d = (N - r (1 - r^N)/(1 - r))/(1 - r): spike m of one side and
spike m + d of the other are d periods further apart than a pair.
"""

from __future__ import annotations

from math import exp

from neurospike_cli.learning.stdp import STDP
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.plasticity._cases import change, geometric, rule

NUMBER = 60


def measure(engine: str) -> list[Measurement]:
    """Measure the change after 60 pairs, lags on either side of half a period."""
    rows = []
    for pairing in ("all_to_all", "nearest"):
        for lag, period in ((10, 50), (3, 20), (35, 40)):
            chosen = rule(pairing=pairing)
            pre = [period * n for n in range(NUMBER)]
            found = change(engine, chosen, pre, [step + lag for step in pre])
            up, down = closed_form(chosen, lag, period, NUMBER)
            quantity = f"{NUMBER} pairs of {lag} ms, one each {period} ms, {pairing} (of the span)"
            tolerance = 1e-13 * (up + down)
            rows.append(Measurement(engine, "stdp", quantity, found, up - down, tolerance))
    return rows


def closed_form(chosen: STDP, lag: float, period: float, n: int) -> tuple[float, float]:
    """Return potentiation and depression, in units of the span."""
    up = chosen.a_plus * exp(-lag / chosen.tau_plus)
    down = chosen.a_minus * exp(-(period - lag) / chosen.tau_minus)
    if chosen.pairing == "nearest":
        return up * n, down * (n - 1)
    ratios = exp(-period / chosen.tau_plus), exp(-period / chosen.tau_minus)
    return up * geometric(ratios[0], n), down * geometric(ratios[1], n - 1)
