"""What follows a sample: norms, decay, scaling towards a rate.

    Σ |w| = target,  sqrt(Σ w²) = target        whatever the weights were
    w_n = w_0 (1 - decay)^n
    w_n = w_0 Π_k (1 + strength (target_rate - r_k)),  r_k = f + (target_rate - f)(1 - 1/S)^k

for a neuron that fires at a rate f in every sample, its average over S samples beginning at the
target.
"""

from __future__ import annotations

from math import prod

import numpy as np

from neurospike_cli.learning._driven import at, learned
from neurospike_cli.learning.stdp import STDP
from neurospike_cli.neurons.neuron_model import Floats
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.plasticity._cases import rule

INPUTS, TARGET, SAMPLES, STEPS = 20, 8.0, 7, 10
#: Bounds that no weight comes near.
WIDE = {"w_min": -10.0, "w_max": 10.0}
SILENCE = np.zeros((STEPS, INPUTS), np.int64), np.zeros((STEPS, 1), np.int64)


def measure(engine: str) -> list[Measurement]:
    """Measure norms after one sample, decay and scaling after seven."""
    norms = [_norm(engine, kind, order) for kind, order in (("l1", 1), ("l2", 2))]
    return [*norms, _every(engine), _decay(engine), *(_scaled(engine, n) for n in (0, 1, 3))]


def _norm(engine: str, kind: str, order: int) -> Measurement:
    weights = stream(2, Purpose.NOISE).uniform(-1.0, 2.0, (INPUTS, 1))
    chosen = rule(**WIDE, normalization={"type": kind, "target": TARGET})
    found = learned(engine, chosen, *SILENCE, weights, norm=TARGET)
    measured = float(np.linalg.norm(found[:, 0], order))
    # Twenty sums and products of a norm of 8 mV, each rounded at 4e-16 of it.
    return Measurement(engine, "stdp", f"norm {kind} after a sample (mV)", measured, TARGET, 1e-14)


def _every(engine: str) -> Measurement:
    """Weights that decay are brought to their norm in samples 3 and 6, and decay once more each."""
    norm = {"type": "l1", "target": TARGET, "every": 3}
    chosen = rule(**WIDE, normalization=norm, weight_decay=0.25)
    found = _after(engine, chosen, 0, np.full((INPUTS, 1), 2.0), TARGET)
    quantity = f"norm l1 each 3 samples, decay 1/4, after {SAMPLES} (mV)"
    expected = TARGET * 0.75**2  # of sample 6, in which it follows the norm, and of sample 7
    return Measurement(engine, "stdp", quantity, float(found.sum()), expected, 1e-14)


def _decay(engine: str) -> Measurement:
    found = _after(engine, rule(**WIDE, weight_decay=0.1), 0, np.full((INPUTS, 1), 2.0))
    quantity = f"decay 0.1, {SAMPLES} samples (mV)"
    return Measurement(engine, "stdp", quantity, float(found[0, 0]), 2.0 * 0.9**SAMPLES, 1e-14)


def _scaled(engine: str, spikes: int) -> Measurement:
    scaling = {"target_rate": 150.0, "strength": 5e-4, "samples": 4.0}
    found = _after(
        engine, rule(**WIDE, synaptic_scaling=scaling), spikes, np.full((INPUTS, 1), 2.0)
    )
    rate = 1e3 * spikes / STEPS
    averages = [rate + (150.0 - rate) * 0.75**k for k in range(1, SAMPLES + 1)]
    expected = 2.0 * prod(1.0 + 5e-4 * (150.0 - average) for average in averages)
    quantity = f"scaled towards 150 Hz, firing at {rate:g} Hz, {SAMPLES} samples (mV)"
    return Measurement(engine, "stdp", quantity, float(found[0, 0]), expected, 1e-14)


def _after(engine: str, chosen: STDP, spikes: int, first: Floats, norm: float = 0.0) -> Floats:
    post = np.repeat(at(range(spikes), STEPS)[None], SAMPLES, axis=0)
    pre = np.zeros((SAMPLES, STEPS, INPUTS), np.int64)
    return learned(engine, chosen, pre, post, first, norm=norm)
