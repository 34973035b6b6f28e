"""What follows a sample in a layer that learns: normalization, scaling, decay, bounds."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurospike_cli.engine.compiler import inlined
from neurospike_cli.neurons.neuron_model import Floats


@inlined
def normalize(upkeep: Any, weight: Floats, total: Floats) -> None:
    """Bring each neuron's weights to their norm; `total` is overwritten."""
    total[:] = 0
    for i in range(len(weight)):
        for j in range(len(total)):
            total[j] += upkeep.norm.norm_part(weight[i, j])
    for j in range(len(total)):
        total[j] = upkeep.norm.norm_factor(total[j]) if total[j] > 0 else upkeep.one
    for i in range(len(weight)):
        for j in range(len(total)):
            weight[i, j] *= total[j]


@inlined
def keep_up(upkeep: Any, weight: Floats, rates: Floats, samples: int, growth: Floats) -> None:
    """Do what follows a sample."""
    if upkeep.every > 0 and samples % upkeep.every == 0:
        normalize(upkeep, weight, growth)
    for j in range(len(growth)):
        growth[j] = upkeep.weight_growth(rates[j])
    for i in range(len(weight)):
        for j in range(len(growth)):
            weight[i, j] = upkeep.bounded_weight(weight[i, j] * growth[j])


@inlined
def count_spikes(fired: Any, base: int, n_steps: int, counts: Floats) -> None:
    """Count the spikes of each neuron in a sample."""
    counts[:] = 0
    for row in range(base, base + n_steps):
        for e in range(fired.starts[row], fired.stops[row]):
            counts[fired.channels[e]] += 1


@inlined
def end_sample(
    upkeep: Any, weight: Floats, counts: Floats, memory: Any, per_spike: float, room: Floats
) -> None:
    """Remember what the neurons did, and do what follows a sample.

    Args:
        upkeep: what that is.
        weight: of the synapses that learn.
        counts: spikes of each neuron.
        memory: the arrays of `Memory`.
        per_spike: the rate of a spike in a sample, in Hz.
        room: a number for each neuron, overwritten.
    """
    rates, spikes, samples = memory
    samples[0] += 1
    for j in range(len(counts)):
        spikes[j] += counts[j]
    if upkeep.every > 0 or upkeep.strength != 0 or upkeep.kept != 1:
        for j in range(len(counts)):
            rate = counts.dtype.type(np.float64(counts[j]) * per_spike)
            rates[j] = upkeep.averaged(rates[j], rate)
        keep_up(upkeep, weight, rates, int(samples[0]), room)
