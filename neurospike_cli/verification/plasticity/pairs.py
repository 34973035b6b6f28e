"""Sums over pairs of Poisson trains, spikes of one step among them.

    Δw = a_plus Σ exp(-Δt/tau_plus) - a_minus Σ exp(-Δt/tau_minus)

over all pairs, or over nearest ones. The rule keeps traces; here every pair is looked for.
"""

from __future__ import annotations

from itertools import product

from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.plasticity._cases import largest_error, rule

INPUTS, SIZE, STEPS = 6, 5, 800


def measure(engine: str) -> list[Measurement]:
    """Measure the largest error of 30 synapses, each pairing with ties and without."""
    rows = []
    for pairing, ties in product(("all_to_all", "nearest"), ("potentiate", "ignore")):
        chosen = rule(pairing=pairing, coincident=ties)
        error = largest_error(engine, chosen, INPUTS, SIZE, STEPS)
        quantity = f"sum over pairs of Poisson trains, {pairing}, coincident: {ties} (rel. error)"
        # 130 changes, each rounded at 1e-16 of the sum so far; measured 3e-15.
        rows.append(Measurement(engine, "stdp", quantity, error, 0.0, 1e-13))
    return rows
