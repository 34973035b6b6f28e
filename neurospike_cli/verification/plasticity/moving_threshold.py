"""A threshold that rises by theta_plus at each spike and falls back with tau_theta.

With spikes each P ms, the first after P, it is after N periods, right after a spike,

    theta = theta_plus (1 - q^N)/(1 - q),  q = exp(-P/tau_theta)

and it goes on from sample to sample. It is what a neuron has to reach: a constant jump a little
above θ + n theta_plus makes an integrator without memory fire n + 1 times, and no more.
"""

from __future__ import annotations

from math import exp

import numpy as np

from neurospike_cli.learning._driven import FORCE, NEURON, at, thresholds
from neurospike_cli.network.layers import AdaptiveThreshold
from neurospike_cli.verification._measurement import Measurement

PERIOD, NUMBER, TAU = 20, 50, 300.0


def measure(engine: str) -> list[Measurement]:
    """Measure the threshold after 50 spikes in one sample and in five, and who still reaches it."""
    moving = AdaptiveThreshold(theta_plus=0.5, tau_theta=TAU)
    q = exp(-PERIOD / TAU)
    expected = 0.5 * (1.0 - q**NUMBER) / (1.0 - q)
    post = at(range(PERIOD - 1, NUMBER * PERIOD, PERIOD), NUMBER * PERIOD)
    rows = []
    for samples in (1, 5):
        (theta,), _ = thresholds(engine, moving, FORCE * post.reshape(samples, -1, 1))
        quantity = f"moving threshold, {NUMBER} spikes of 50 Hz in {samples} samples (mV)"
        # A thousand factors exp(-dt/tau), each rounded at 1e-16, forgotten after 300.
        rows.append(Measurement(engine, "stdp", quantity, float(theta), expected, 1e-12))
    return [*rows, _reached(engine)]


def _reached(engine: str) -> Measurement:
    """A jump of 1.055 θ in each sample, which begins at rest; a spike adds θ/100."""
    moving = AdaptiveThreshold(theta_plus=0.01 * NEURON.threshold_distance, tau_theta=1e12)
    jumps = np.zeros((12, 2, 1))
    jumps[:, 0] = 1.055 * NEURON.threshold_distance
    _, spikes = thresholds(engine, moving, jumps)
    quantity = "spikes of a jump of 1.055 θ in 12 samples, each adding 0.01 θ"
    return Measurement(engine, "stdp", quantity, float(spikes[0]), 6.0, 0.0)
