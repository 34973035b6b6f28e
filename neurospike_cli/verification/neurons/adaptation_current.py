"""A membrane with an adaptation current, z = (u, w), is linear below threshold:

z(t) = z* + exp(M t) (z(0) - z*),  M = [[-1, -1]/tau_m, [a, -1]/tau_adapt],  z* = R·I (1, a)/(1 + a)
exp(M t) = e^(m t) (cosh(s t) + sinh(s t)/s (M - m)),  m = tr M/2,  s² = m² - det M

It first spikes where u(t) = θ; in refractory steps u is u_r and w goes to a u_r with tau_adapt.
"""

from __future__ import annotations

import cmath

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.neurons._single import first_spike, run_single, run_states

#: (a, tau_adapt): damped, and oscillating.
SYSTEMS = ((0.5, 100.0), (4.0, 30.0))
DRIVE, DURATION, RISE = 30.0, 40.0, 3.0


def measure(engine: str) -> list[Measurement]:
    """Measure potential and current on fine and coarse grids, a first spike, and a clamp."""
    rows = []
    for a, tau_adapt in SYSTEMS:
        for dt in (0.1, 20.0):
            rows += _below_threshold(engine, a, tau_adapt, dt)
    return [*rows, _first_spike(engine), _clamp(engine)]


def closed_form(neuron: AdaptiveLIF, t: float) -> NDArray[np.float64]:
    """Return u and w, in mV, after t ms from rest."""
    a, tau_m, tau_adapt = neuron.a or 0.0, neuron.tau_m, neuron.tau_adapt
    matrix = np.array([[-1.0 / tau_m, -1.0 / tau_m], [a / tau_adapt, -1.0 / tau_adapt]])
    fixed = neuron.bias / (1.0 + a) * np.array([1.0, a])
    m = matrix.trace() / 2.0
    # m² - det M, without the difference of close numbers; s is imaginary where z oscillates.
    s = cmath.sqrt((0.5 / tau_m - 0.5 / tau_adapt) ** 2 - a / (tau_m * tau_adapt))
    turned = cmath.cosh(s * t) * fixed + cmath.sinh(s * t) / s * (matrix @ fixed - m * fixed)
    return np.asarray(fixed - np.exp(m * t) * turned.real)


def _below_threshold(engine: str, a: float, tau_adapt: float, dt: float) -> list[Measurement]:
    neuron = AdaptiveLIF(
        adaptation="current", a=a, tau_adapt=tau_adapt, bias=DRIVE, v_thresh=1000.0
    )
    states, _ = run_states(neuron, np.zeros(round(DURATION / dt)), dt, engine)
    where = f"after {DURATION:g} ms, a {a:g}, tau_adapt {tau_adapt:g} ms, dt {dt:g} ms (mV)"
    names, expected = ("potential", "adaptation current"), closed_form(neuron, DURATION)
    # 400 steps, each of a few roundings at 4e-15 of 30 mV, which the leak forgets.
    return [
        Measurement(engine, "adaptive_lif", f"{name} {where}", float(z[-1]), float(value), 1e-13)
        for name, z, value in zip(names, states, expected, strict=True)
    ]


def _first_spike(engine: str) -> Measurement:
    """The grid rounds it up by up to a step."""
    dt = 0.05
    neuron = AdaptiveLIF(adaptation="current", a=0.5, tau_adapt=100.0, bias=DRIVE)
    _, spikes = run_single(neuron, np.zeros(round(DURATION / dt)), dt, engine)

    def excess(t: float) -> float:
        return float(closed_form(neuron, t)[0]) - neuron.threshold_distance

    expected = float(brentq(excess, 1e-3, DURATION, xtol=1e-12))
    quantity = f"first spike with an adaptation current, R·I {DRIVE:g} mV, a 0.5 (ms)"
    return Measurement(engine, "adaptive_lif", quantity, dt * first_spike(spikes), expected, dt)


def _clamp(engine: str) -> Measurement:
    """A spike adds b; then w = a u_r + (b - a u_r) exp(-t/tau_adapt)."""
    neuron = AdaptiveLIF(adaptation="current", a=0.5, b=RISE, v_reset=-70.0, refractory_period=8.0)
    drive = np.zeros(9)
    drive[0] = 2.0 * neuron.threshold_distance
    states, _ = run_states(neuron, drive, 1.0, engine)
    held = 0.5 * -5.0
    expected = held + (RISE - held) * float(np.exp(-8.0 / neuron.tau_adapt))
    quantity = "adaptation current after 8 ms of refractory period (mV)"
    return Measurement(engine, "adaptive_lif", quantity, float(states[1][-1]), expected, 1e-14)
