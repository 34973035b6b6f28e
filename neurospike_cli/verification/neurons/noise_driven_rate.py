"""The rate of a neuron under white noise (Siegert 1951), potentials from v_rest, reset to 0:

1/rate = t_ref + tau_m √π ∫ exp(x²) (1 + erf x) dx,  from -μ/σ to (θ - μ)/σ

with tau_m du = (μ - u) dt + σ √tau_m dW, of which u without threshold has the variance σ²/2. On a
grid of width h a neuron crosses the threshold unseen between two steps, as if θ were higher by
0.5826 σ √(h/tau_m), 0.5826 = -ζ(1/2)/√(2π) (Broadie, Glasserman & Kou 1997).

The generator is seeded: the numbers are the same in every run.
"""

from __future__ import annotations

import math

from scipy.integrate import quad
from scipy.special import erfcx

from neurospike_cli.engine.selection import engine_named
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.verification._measurement import Measurement

DT, NEURONS, DURATION, START = 0.1, 300, 1200.0, 200.0
OVERSHOOT = 0.5826


def measure(engine: str) -> list[Measurement]:
    """Measure the rate after ten time constants, of noise alone and of noise on a strong drive."""
    return [_rate(engine, mean, deviation) for mean, deviation in ((12.0, 5.0), (20.0, 5.0))]


def _rate(engine: str, mean: float, deviation: float) -> Measurement:
    neuron = LIFNeuron(bias=mean)
    # What a step adds to the decayed membrane so that its variance stays at σ²/2.
    step = deviation * math.sqrt(-math.expm1(-2.0 * DT / neuron.tau_m) / 2.0)
    noise = step * stream(0, Purpose.NOISE).standard_normal((round(DURATION / DT), 1, NEURONS))
    steps = engine_named(engine).simulate(neuron, noise, DT).spikes.steps()
    spikes = int((steps >= START / DT).sum())
    measured = 1e3 * spikes / (NEURONS * (DURATION - START))
    expected = closed_form(neuron, deviation, DT)
    quantity = f"rate under noise, μ {mean:g} mV, σ {deviation:g} mV, dt {DT:g} ms (Hz)"
    # 3 %: 1.6 % are a standard error of 4000 Poisson spikes, and theirs are more regular; the
    # shift of the threshold leaves terms of order h/tau_m.
    return Measurement(engine, "lif", quantity, measured, expected, 0.03 * expected)


def closed_form(neuron: LIFNeuron, deviation: float, dt: float) -> float:
    """Return the rate in Hz on a grid of width `dt`; 0 for a continuous crossing."""
    shift = OVERSHOOT * deviation * math.sqrt(dt / neuron.tau_m)
    low, high = ((u - neuron.bias) / deviation for u in (0.0, neuron.threshold_distance + shift))
    # erfcx(-x) is exp(x²) (1 + erf x), without the overflow of its factors.
    climb, _ = quad(lambda x: float(erfcx(-x)), low, high)
    return 1e3 / (neuron.refractory_period + neuron.tau_m * math.sqrt(math.pi) * climb)
