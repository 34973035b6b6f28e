"""What a reset keeps: without leak, subtraction conserves the input, N = floor(Σ I / θ), and a hard
reset loses what lies above threshold, N = floor(n / ceil(θ / I)); exact with dyadic numbers."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.neurons._single import run_single

INPUT, STEPS = 0.375, 64


def measure(engine: str) -> list[Measurement]:
    """Count the spikes of an integrator under both resets."""
    kept, lost = math.floor(STEPS * INPUT), STEPS // math.ceil(1.0 / INPUT)
    return [_count(engine, "subtract", kept), _count(engine, "hard", lost)]


def _count(engine: str, reset: Literal["hard", "subtract"], expected: int) -> Measurement:
    # A step of 1e-12 ms leaks nothing that a float64 could show.
    neuron = LIFNeuron(tau_m=1e6, v_rest=0.0, v_thresh=1.0, refractory_period=0.0, reset=reset)
    _, spikes = run_single(neuron, np.full(STEPS, INPUT), 1e-12, engine)
    quantity = f"spikes of an integrator, {reset} reset, {STEPS} inputs of {INPUT} θ"
    return Measurement(engine, "lif", quantity, float(len(spikes)), expected, 0.0)
