"""A membrane under Poisson spikes of weight 1 at a rate λ, on a grid of width h (Campbell):

mean λh/(1 - q),  variance λh/(1 - q²),  q = exp(-h/tau_m); λ tau_m and λ tau_m/2 as h -> 0.

The generator is seeded: the numbers are the same in every run.
"""

from __future__ import annotations

import math

import numpy as np

from neurospike_cli.engine.selection import engine_named
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.verification._measurement import Measurement

RATE, DT = 2.0, 1.0  # per ms, and ms
NEURONS, STEPS, START = 1000, 2000, 100


def measure(engine: str) -> list[Measurement]:
    """Measure mean and variance over neurons and steps after twenty time constants."""
    neuron = LIFNeuron(tau_m=5.0, v_thresh=1000.0)
    spikes = stream(0, Purpose.NOISE).poisson(RATE * DT, (START + STEPS, 1, NEURONS))
    u = engine_named(engine).simulate(neuron, spikes.astype(np.float64), DT).states[0][START:]
    left = math.exp(-DT / neuron.tau_m)
    mean, variance = RATE * DT / (1.0 - left), RATE * DT / (1.0 - left**2)
    # Neighbouring steps resemble each other: as many independent ones as steps (1-q)/(1+q).
    independent = NEURONS * STEPS * (1.0 - left) / (1.0 + left)
    where = f"under {RATE:g} spikes of 1 mV a ms, dt {DT:g} ms"
    return [
        Measurement(
            engine,
            "lif",
            f"mean potential {where} (mV)",
            float(u.mean()),
            mean,
            4.0 * math.sqrt(variance / independent),
        ),
        # Of a variance over n independent numbers the standard error is sqrt(2/n), here 0.3 %.
        Measurement(
            engine,
            "lif",
            f"variance of the potential {where} (mV²)",
            float(u.var()),
            variance,
            0.01 * variance,
        ),
    ]
