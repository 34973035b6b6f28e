"""One layer forwards: gather the rows of the spikes that arrive, advance, fire."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurospike_cli.engine.compiler import compiled, element, inlined, put
from neurospike_cli.engine.kernels.layouts import Events, Fired, Pairs, Record
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
def add_recurrent(current: Floats, pairs: Any, fired: Any, row: int, passed: int) -> None:
    """Add what the layer says to itself in a row of which `passed` steps of its sample lie before.

    The longest delay comes first, so that spikes are added in the order in which they were emitted.
    """
    indptr, indices, delays, weights = pairs[:4]
    starts, counts, channels = fired
    for c in range(len(delays)):
        if passed > delays[c]:
            then, shift = row - 1 - delays[c], c * len(current)
            start, stop = starts[then], starts[then] + counts[then]
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
    laws: Laws, state: Floats, synaptic: Floats, current: Floats, over: Floats, wait: Any
) -> None:
    """Advance all neurons of one sample by a step; `over` becomes their overshoot."""
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


@inlined
def fire(laws: Laws, state: Floats, over: Floats, wait: Any, channels: Any, write: int) -> int:
    """Reset the neurons that reached the threshold; return where the next spike is written."""
    for j in range(len(over)):
        if over[j] >= 0 and wait[j] == 0:
            channels[write] = j
            write += 1
            put(state, j, laws.step.reset(element(state, j, laws.initial)))
            wait[j] = laws.refractory_steps + 1
    if laws.refractory_steps:
        for j in range(len(over)):
            wait[j] = max(wait[j] - 1, 0)
    else:
        wait[:] = 0
    return write


@compiled
def run_sample(
    laws: Laws,
    events: Any,
    weight: Floats,
    pairs: Any,
    given: Floats,
    record: Any,
    fired: Any,
    room: Any,
    base: int,
    n_steps: int,
) -> None:
    """Run one sample, whose rows begin at `base`; see `run_samples`."""
    # Taken out of their tuples once: each time counts a reference.
    offsets, sources, times = events
    delays, strength, pause = pairs.delays, pairs.strength, pairs.pause
    distance, states = record
    starts, counts, channels = fired
    current, over, state, synaptic, wait = room
    wait[:] = 0
    for j in range(len(current)):
        put(state, j, laws.initial)
        put(synaptic, j, laws.synaptic)
    previous = write = base * len(current)
    for row in range(base, base + n_steps):
        current[:] = 0
        if len(given):
            current[:] = given[row]
        add_rows(current, weight, sources, times, offsets[row], offsets[row + 1])
        if len(delays) and row > base:
            add_recurrent(current, pairs, fired, row, row - base)
        if strength > 0 and row - base > pause:
            then = row - 1 - pause
            inhibit(current, strength, channels, starts[then], starts[then] + counts[then])
        if len(distance):
            over = distance[row]
        advance_all(laws, state, synaptic, current, over, wait)
        if states.shape[1]:
            states[:, row] = state
        previous = write
        write = fire(laws, state, over, wait, channels, write)
        starts[row], counts[row] = previous, write - previous


@compiled
def run_samples(
    laws: Laws,
    events: Events,
    weight: Floats,
    pairs: Pairs,
    given: Floats,
    record: Record,
    fired: Fired,
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
        fired: written.
        n_steps: steps of a sample.
        first, last: the samples.
    """
    size = weight.shape[1]
    current, over = np.empty(size, weight.dtype), np.empty(size, weight.dtype)
    state = np.empty((len(laws.initial), size), weight.dtype)
    synaptic = np.empty((len(laws.synaptic), size), weight.dtype)
    room = current, over, state, synaptic, np.empty(size, np.int32)
    for sample in range(first, last):
        base = sample * n_steps
        run_sample(laws, events, weight, pairs, given, record, fired, room, base, n_steps)


@compiled
def gather(fired: Fired, offsets: Any, channels: Any, first: int, last: int) -> None:
    """Write the spikes of rows first … last - 1 one after the other."""
    for row in range(first, last):
        start, to = fired.starts[row], offsets[row]
        for e in range(fired.counts[row]):
            channels[to + e] = fired.channels[start + e]
