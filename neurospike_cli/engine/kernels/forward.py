"""One layer forwards: gather the rows of the spikes that arrive, advance, fire."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurospike_cli.engine.compiler import compiled, element, inlined, put, uncounted
from neurospike_cli.engine.kernels.bitmaps import flagged, flags_for
from neurospike_cli.engine.kernels.layouts import Events, Pairs, Record
from neurospike_cli.engine.kernels.scratch import scratch
from neurospike_cli.neurons.neuron_model import Floats, Laws


@inlined
def add_rows(target: Floats, source: Floats, rows: Any, counts: Any, start: int, stop: int) -> None:
    """Add source[rows[start:stop]] to `target`, one row after the other.

    Four rows are added in one pass over the target, from left to right: the same sums, in the same
    order, with a quarter of the loads and stores.

    Args:
        target: the sum, (column,).
        source: (row, column).
        rows: indices of rows of `source`.
        counts: how often each counts; empty where each counts once.
        start, stop: which of `rows`.
    """
    width, e = len(target), start
    if len(counts):
        for e in range(start, stop):
            times = source.dtype.type(counts[e])
            for j in range(width):
                target[j] += times * source[rows[e], j]
        return
    while e + 4 <= stop:
        a, b, c, d = rows[e], rows[e + 1], rows[e + 2], rows[e + 3]
        for j in range(width):
            target[j] = target[j] + source[a, j] + source[b, j] + source[c, j] + source[d, j]
        e += 4
    while e < stop:
        a = rows[e]
        for j in range(width):
            target[j] += source[a, j]
        e += 1


@inlined
def add_pairs(
    current: Floats,
    indptr: Any,
    indices: Any,
    weights: Floats,
    fired: Any,
    start: int,
    stop: int,
    shift: int,
) -> None:
    """Add the weights of the rows shift + fired[start:stop], in ascending order."""
    for e in range(start, stop):
        for p in range(indptr[shift + fired[e]], indptr[shift + fired[e] + 1]):
            current[indices[p]] += weights[p]


@inlined
def add_recurrent(current: Floats, pairs: Any, fired: Events, row: int, passed: int) -> None:
    """Add what the layer says to itself in a row of which `passed` steps of its sample lie before.

    The longest delay comes first, so that spikes are added in the order in which they were emitted.
    """
    indptr, indices, delays, weights = pairs[:4]
    starts, stops, channels, _ = fired
    for c in range(len(delays)):
        if passed > delays[c]:
            then, shift = row - 1 - delays[c], c * len(current)
            start, stop = starts[then], stops[then]
            add_pairs(current, indptr, indices, weights, channels, start, stop, shift)


@inlined
def inhibit(current: Floats, strength: Any, fired: Any, start: int, stop: int) -> None:
    """Take `strength` from each neuron for every other one among fired[start:stop]."""
    if start == stop:
        return
    by_all = strength * current.dtype.type(stop - start)
    by_others = strength * current.dtype.type(stop - start - 1)
    following = 0
    for e in range(start, stop):
        for j in range(following, fired[e]):
            current[j] -= by_all
        current[fired[e]] -= by_others
        following = fired[e] + 1
    for j in range(following, len(current)):
        current[j] -= by_all


@inlined
def advance_all(
    laws: Laws,
    state: Floats,
    synaptic: Floats,
    current: Floats,
    over: Floats,
    wait: Any,
    fires: Any,
) -> None:
    """Advance all neurons of one sample by a step.

    `over` becomes their overshoot, `fires` 1 where one that is not clamped reached the threshold.
    """
    step, synapse = laws.step, laws.synapse
    for j in range(len(current)):
        arrived = synapse.arrive(element(synaptic, j, laws.synaptic), current[j])
        put(synaptic, j, arrived[1])
        before = element(state, j, laws.initial)
        after = step.advance(before, arrived[0])
        if wait[j] > 0:
            after = step.hold(before)
        put(state, j, after)
        over[j] = step.overshoot(after)
        fires[j] = (over[j] >= 0) & (wait[j] == 0)


@inlined
def raise_thresholds(over: Floats, theta: Floats, wait: Any, fires: Any) -> None:
    """Take `theta` from the overshoots, and see again who fires."""
    for j in range(len(over)):
        over[j] -= over.dtype.type(theta[j])
        fires[j] = (over[j] >= 0) & (wait[j] == 0)


@inlined
def furthest(over: Floats, chosen: Any, count: int, winners: int) -> int:
    """Keep the `winners` of chosen[:count] with the largest overshoot, the first of equals.

    They are ascending, before and after.
    """
    if winners == 0 or count <= winners:
        return count
    for place in range(winners):
        best = place
        for e in range(place + 1, count):
            here, there = chosen[e], chosen[best]
            if over[here] > over[there] or (over[here] == over[there] and here < there):
                best = e
        chosen[place], chosen[best] = chosen[best], chosen[place]
    for place in range(1, winners):
        e = place
        while e > 0 and chosen[e - 1] > chosen[e]:
            chosen[e - 1], chosen[e] = chosen[e], chosen[e - 1]
            e -= 1
    return winners


@inlined
def fire(
    laws: Laws, state: Floats, over: Floats, wait: Any, fires: Any, channels: Any, winners: int
) -> int:
    """Write who fires to `channels` and reset them; return how many."""
    count = furthest(over, channels, flagged(fires, channels), winners)
    for e in range(count):
        j = channels[e]
        put(state, j, laws.step.reset(element(state, j, laws.initial)))
    if laws.refractory_steps:
        for e in range(count):
            wait[channels[e]] = laws.refractory_steps + 1
        for j in range(len(wait)):
            wait[j] = max(wait[j] - 1, 0)
    return count


@inlined
def begin(laws: Laws, state: Floats, synaptic: Floats, wait: Any) -> None:
    """Set all neurons to their initial state."""
    wait[:] = 0
    for j in range(len(wait)):
        put(state, j, laws.initial)
        put(synaptic, j, laws.synaptic)


@inlined
def copy_state(state: Floats, states: Floats, row: int) -> None:
    """Copy the states of all neurons to a row of `states`."""
    for v in range(len(state)):
        for j in range(state.shape[1]):
            states[v, row, j] = state[v, j]


@uncounted
def run_sample(
    laws: Laws,
    events: Events,
    weight: Floats,
    pairs: Pairs,
    given: Floats,
    record: Record,
    theta: Floats,
    fired: Events,
    room: Any,
    base: int,
    n_steps: int,
) -> None:
    """Run one sample, whose rows begin at `base`; see `run_samples`."""
    distance, states = record
    starts, stops, channels, _ = fired
    current, over, state, synaptic, wait, fires = room
    begin(laws, state, synaptic, wait)
    write = base * len(current)
    for row in range(base, base + n_steps):
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
        if len(distance):
            over = distance[row]
        advance_all(laws, state, synaptic, current, over, wait, fires)
        if len(theta):
            raise_thresholds(over, theta, wait, fires)
        if states.shape[1]:
            copy_state(state, states, row)
        starts[row] = write
        write += fire(laws, state, over, wait, fires, channels[write:], pairs.winners)
        stops[row] = write


@compiled
def run_samples(
    laws: Laws,
    events: Events,
    weight: Floats,
    pairs: Pairs,
    given: Floats,
    record: Record,
    theta: Floats,
    fired: Events,
    n_steps: int,
    first: int,
    last: int,
) -> None:
    """Run samples first … last - 1 of one layer.

    Args:
        laws: the neuron's, in the type of the arrays.
        events: input spikes.
        weight: (presynaptic, postsynaptic).
        pairs: what the layer says to itself.
        given: current of every row beside the weights' sums; empty for none.
        record: written, as far as it is not empty.
        theta: what training added to the thresholds; empty for nothing.
        fired: written.
        n_steps: steps of a sample.
        first, last: the samples.
    """
    size, dtype = weight.shape[1], weight.dtype
    current, over = scratch(1, size, dtype)[0], scratch(1, size, dtype)[0]
    state = scratch(len(laws.initial), size, dtype)
    synaptic = scratch(len(laws.synaptic), size, dtype)
    room = current, over, state, synaptic, scratch(1, size, np.int32)[0], flags_for(size)
    for sample in range(first, last):
        base = sample * n_steps
        run_sample(laws, events, weight, pairs, given, record, theta, fired, room, base, n_steps)


@compiled
def gather(fired: Events, offsets: Any, channels: Any) -> None:
    """Write the spikes of all rows one after the other."""
    for row in range(len(fired.starts)):
        start, to = fired.starts[row], offsets[row]
        for e in range(offsets[row + 1] - to):
            channels[to + e] = fired.channels[start + e]
