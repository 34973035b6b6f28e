"""A layer that learns while it runs: after each step, the synapses of the spikes of that step.

Traces decay by a table from the step of their last spike, so that only neurons that spike cost
anything; a sample's work follows its spikes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.compiler import compiled, element, inlined, product, put, uncounted
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
from neurospike_cli.engine.plasticity import Plan
from neurospike_cli.neurons.neuron_model import Floats, Laws


class Traces(NamedTuple):
    """The traces of one side of a layer's synapses.

    Attributes:
        values: as they were after the neuron's last spike, (trace, neuron).
        since: the step of that, (neuron,).
        place: 1 for a neuron that has spiked, (neuron,).
        those: the neurons that have spiked, in the order of their first spike.
        many: how many they are, (1,).
    """

    values: Floats
    since: NDArray[np.int64]
    place: NDArray[np.uint8]
    those: NDArray[np.int64]
    many: NDArray[np.int64]


@compiled
def traces_for(rows: int, size: int, dtype: Any) -> Traces:
    """Return room for the traces of `size` neurons."""
    return Traces(
        scratch(rows, size, dtype),
        np.zeros(size, np.int64),
        np.zeros(size, np.uint8),
        np.zeros(size, np.int64),
        np.zeros(1, np.int64),
    )


@inlined
def forget(traces: Any, zero: Any) -> None:
    """Let a sample begin."""
    traces.many[0] = 0
    for i in range(len(traces.since)):
        put(traces.values, i, zero)
        traces.since[i] = 0
        traces.place[i] = 0


@inlined
def trace_at(traces: Any, table: Floats, i: int, k: int, like: Any) -> Any:
    """Return the traces of neuron i in step k."""
    age = k - traces.since[i]
    return product(element(traces.values, i, like), element(table, age, like))


@inlined
def spiked(traces: Any, i: int, k: int, values: Any) -> None:
    """Set the traces of neuron i after its spike in step k."""
    put(traces.values, i, values)
    traces.since[i] = k
    if traces.place[i] == 0:
        traces.place[i] = 1
        traces.those[traces.many[0]] = i
        traces.many[0] += 1


@inlined
def depress_row(plan: Any, weight: Floats, pre: Any, post: Any, i: int, k: int) -> None:
    """Let the synapses of input i learn from its spike in step k."""
    x = trace_at(pre, plan.pre, i, k, plan.zero[0])
    for e in range(post.many[0]):
        j = post.those[e]
        y = trace_at(post, plan.post, j, k, plan.zero[1])
        weight[i, j] = plan.law.depress(weight[i, j], x, y, plan.fade[k])


@inlined
def potentiate_column(plan: Any, weight: Floats, pre: Any, post: Any, j: int, k: int) -> None:
    """Let the synapses of neuron j learn from its spike in step k."""
    y = trace_at(post, plan.post, j, k, plan.zero[1])
    if plan.reaches_silent:
        for i in range(len(weight)):
            x = trace_at(pre, plan.pre, i, k, plan.zero[0])
            weight[i, j] = plan.law.potentiate(weight[i, j], x, y, plan.fade[k])
        return
    for e in range(pre.many[0]):
        i = pre.those[e]
        x = trace_at(pre, plan.pre, i, k, plan.zero[0])
        weight[i, j] = plan.law.potentiate(weight[i, j], x, y, plan.fade[k])


@inlined
def learn_arrivals(
    plan: Any, weight: Floats, pre: Any, post: Any, events: Any, row: int, k: int
) -> None:
    """Let the synapses of the spikes that arrived in a row learn, and their traces follow."""
    for e in range(events.starts[row], events.stops[row]):
        i, times = events.channels[e], 1
        if len(events.counts):
            times = events.counts[e]
        for _ in range(times):
            x = trace_at(pre, plan.pre, i, k, plan.zero[0])
            if plan.depresses:
                depress_row(plan, weight, pre, post, i, k)
            spiked(pre, i, k, plan.law.presynaptic(x))


@inlined
def learn_step(
    plan: Any,
    weight: Floats,
    pre: Any,
    post: Any,
    events: Any,
    row: int,
    k: int,
    fired: Any,
    start: int,
    stop: int,
) -> None:
    """Let a layer learn from step k, in which fired[start:stop] spiked; see `plasticity.py`."""
    if not plan.ties:
        for e in range(start, stop):
            potentiate_column(plan, weight, pre, post, fired[e], k)
    learn_arrivals(plan, weight, pre, post, events, row, k)
    if plan.ties:
        for e in range(start, stop):
            potentiate_column(plan, weight, pre, post, fired[e], k)
    for e in range(start, stop):
        y = trace_at(post, plan.post, fired[e], k, plan.zero[1])
        spiked(post, fired[e], k, plan.law.postsynaptic(y))


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
