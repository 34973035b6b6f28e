"""Input where each connection has its own delay: the currents, and the gradient of the weights.

An event is followed to each of its targets, into the step in which it arrives there. Events come
from the earliest on and in ascending order within a step, and so do the terms of each sum.
"""

from __future__ import annotations

from typing import Any

from neurospike_cli.engine.compiler import compiled
from neurospike_cli.engine.kernels.layouts import Events, Transposed
from neurospike_cli.neurons.neuron_model import Floats


@compiled
def current(
    events: Events, weight: Floats, delays: Any, out: Floats, n_steps: int, first: int, last: int
) -> None:
    """Write the currents of samples first … last - 1 to `out`, (row, neuron).

    Args:
        events: input spikes.
        weight, delays: (presynaptic, postsynaptic), delays in steps.
        out: written.
        n_steps: steps of a sample.
        first, last: the samples.
    """
    starts, stops, sources, counts = events
    out[first * n_steps : last * n_steps] = 0
    for row in range(first * n_steps, last * n_steps):
        end = (row // n_steps + 1) * n_steps
        for e in range(starts[row], stops[row]):
            pre, times = sources[e], weight.dtype.type(1)
            if len(counts):
                times = weight.dtype.type(counts[e])
            for j in range(weight.shape[1]):
                to = row + delays[pre, j]
                if to < end:
                    out[to, j] += times * weight[pre, j]


@compiled
def weight_gradient(
    events: Transposed,
    active: Any,
    delays: Any,
    delta: Floats,
    out: Floats,
    fresh: bool,
    n_steps: int,
    first: int,
    last: int,
) -> None:
    """Add the gradient of the weights of active channels first … last - 1.

    Args:
        events: input spikes by channel.
        active: channels.
        delays: (presynaptic, postsynaptic), in steps.
        delta: gradient of the currents, (row, postsynaptic).
        out: one row for each active channel.
        fresh: whether to begin at 0, and not at what is in `out`.
        n_steps: steps of a sample.
        first, last: which of `active`.
    """
    offsets, rows, counts = events
    if fresh:
        out[first:last] = 0
    for r in range(first, last):
        pre = active[r]
        for e in range(offsets[pre], offsets[pre + 1]):
            end, times = (rows[e] // n_steps + 1) * n_steps, delta.dtype.type(1)
            if len(counts):
                times = delta.dtype.type(counts[e])
            for j in range(delta.shape[1]):
                to = rows[e] + delays[pre, j]
                if to < end:
                    out[r, j] += times * delta[to, j]
