"""The mean change under independent Poisson trains on a grid of width h, p = r h a step:

    E Δw = p_pre p_post (a_plus G(q_plus, N) - a_minus q_minus G(q_minus, N - 1)),  q = exp(-h/tau)

N steps long, G as in `periodic_pairs.py`: for short steps and long trains it becomes
r_pre r_post (a_plus tau_plus - a_minus tau_minus) a unit of time. The generator is seeded: the
numbers are the same in every run.
"""

from __future__ import annotations

from math import exp, sqrt

import numpy as np

from neurospike_cli.learning._driven import learned
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.plasticity._cases import geometric, rule, span

SYNAPSES, STEPS, CHANCE = 120, 2500, 0.02


def measure(engine: str) -> list[Measurement]:
    """Measure the mean over synapses that share no train, against four standard errors."""
    chosen = rule(a_minus=3e-5)
    rng = stream(1, Purpose.NOISE)
    pre, post = (rng.random((2, STEPS, SYNAPSES)) < CHANCE).astype(np.int64)
    weights = learned(engine, chosen, pre, post, np.zeros((SYNAPSES, SYNAPSES)))
    changes = weights.diagonal() / span(chosen)
    plus, minus = exp(-1.0 / chosen.tau_plus), exp(-1.0 / chosen.tau_minus)
    up = chosen.a_plus * geometric(plus, STEPS)
    down = chosen.a_minus * minus * geometric(minus, STEPS - 1)
    expected = CHANCE**2 * (up - down)
    error = float(changes.std(ddof=1)) / sqrt(SYNAPSES)
    quantity = f"drift under Poisson trains, 20 Hz, {STEPS} ms, {SYNAPSES} synapses (of the span)"
    return [Measurement(engine, "stdp", quantity, float(changes.mean()), expected, 4 * error)]
