"""A layer that learns while it runs: after each step, the synapses of the spikes of that step."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurospike_cli.engine.compiler import compiled, uncounted
from neurospike_cli.engine.kernels.bitmaps import flags_for
from neurospike_cli.engine.kernels.forward import (
    add_recurrent,
    add_rows,
    advance_all,
    begin,
    fire,
    inhibit,
    raise_thresholds,
)
from neurospike_cli.engine.kernels.layouts import Events, Pairs
from neurospike_cli.engine.kernels.scratch import scratch
from neurospike_cli.engine.kernels.synapses import forget, learn_step, traces_for
from neurospike_cli.engine.kernels.upkeep import count_spikes, end_sample
from neurospike_cli.engine.plasticity import Plan
from neurospike_cli.neurons.neuron_model import Floats, Laws


@uncounted
def learn_sample(
    laws: Laws,
    plan: Plan,
    events: Events,
    weight: Floats,
    changed: Floats,
    pairs: Pairs,
    given: Floats,
    theta: Floats,
    fired: Events,
    room: Any,
    base: int,
    n_steps: int,
) -> None:
    """Run one sample, whose rows begin at `base`; see `learn_samples`."""
    starts, stops, channels, _ = fired
    current, over, state, synaptic, wait, fires, pre, post = room
    begin(laws, state, synaptic, wait)
    forget(pre, plan.zero[0])
    forget(post, plan.zero[1])
    write = base * len(current)
    for row in range(base, base + n_steps):
        for j in range(len(theta)):
            theta[j] *= plan.theta_kept
        current[:] = 0
        if len(given):
            for j in range(len(current)):
                current[j] = given[row, j]
        arriving = events.starts[row], events.stops[row]
        add_rows(current, weight, events.channels, events.counts, arriving[0], arriving[1])
        if len(pairs.delays) and row > base:
            add_recurrent(current, pairs, fired, row, row - base)
        if pairs.strength > 0 and row - base > pairs.pause:
            then = row - 1 - pairs.pause
            inhibit(current, pairs.strength, channels, starts[then], stops[then])
        advance_all(laws, state, synaptic, current, over, wait, fires)
        if len(theta):
            raise_thresholds(over, theta, wait, fires)
        starts[row] = write
        write += fire(laws, state, over, wait, fires, channels[write:], pairs.winners)
        stops[row] = write
        k = row - base
        learn_step(plan, changed, pre, post, events, row, k, channels, starts[row], write)
        if len(theta):
            for e in range(starts[row], write):
                theta[channels[e]] += plan.theta_plus


@compiled
def learn_samples(
    laws: Laws,
    plan: Plan,
    events: Events,
    weight: Floats,
    changed: Floats,
    pairs: Pairs,
    given: Floats,
    theta: Floats,
    memory: tuple[Floats, Floats, Floats],
    fired: Events,
    n_steps: int,
    milliseconds: float,
) -> None:
    """Run all samples of one layer, one after the other, learning.

    Args:
        laws: the neuron's, in the type of the arrays.
        plan: how it learns.
        events: spikes that arrive.
        weight: (presynaptic, postsynaptic).
        changed: what the plan changes: `weight` itself, or an array like it.
        pairs: what the layer says to itself.
        given: current of every row beside the weights' sums; empty for none.
        theta: what training adds to the thresholds; empty for nothing.
        memory: the arrays of `Memory`.
        fired: written.
        n_steps: steps of a sample.
        milliseconds: how long they take.
    """
    (inputs, size), dtype = weight.shape, weight.dtype
    current, over = scratch(1, size, dtype)[0], scratch(1, size, dtype)[0]
    state = scratch(len(laws.initial), size, dtype)
    synaptic = scratch(len(laws.synaptic), size, dtype)
    wait, fires = scratch(1, size, np.int32)[0], flags_for(size)
    pre = traces_for(len(plan.zero[0]), inputs, dtype)
    post = traces_for(len(plan.zero[1]), size, dtype)
    room = current, over, state, synaptic, wait, fires, pre, post
    for sample in range(len(fired.starts) // n_steps):
        base = sample * n_steps
        learn_sample(
            laws, plan, events, weight, changed, pairs, given, theta, fired, room, base, n_steps
        )
        count_spikes(fired, base, n_steps, over)
        end_sample(plan.upkeep, changed, over, memory, 1e3 / milliseconds, current)


@compiled
def learn_pairs(plan: Plan, events: Events, fired: Events, changed: Floats, n_steps: int) -> None:
    """Let synapses learn from given spikes on both sides, sample after sample.

    Args:
        plan: how they learn.
        events: spikes that arrive.
        fired: spikes of the neurons they arrive at.
        changed: what learns, (presynaptic, postsynaptic).
        n_steps: steps of a sample.
    """
    pre = traces_for(len(plan.zero[0]), changed.shape[0], changed.dtype)
    post = traces_for(len(plan.zero[1]), changed.shape[1], changed.dtype)
    for row in range(len(fired.starts)):
        k = row % n_steps
        if k == 0:
            forget(pre, plan.zero[0])
            forget(post, plan.zero[1])
        start, stop = fired.starts[row], fired.stops[row]
        learn_step(plan, changed, pre, post, events, row, k, fired.channels, start, stop)
