"""One layer backwards: errors start near threshold and are carried to earlier steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurospike_cli.engine.compiler import (
    compiled,
    element,
    inlined,
    inlined_sum,
    put,
    total,
    uncounted,
)
from neurospike_cli.engine.kernels.bitmaps import flagged, flags_for
from neurospike_cli.engine.kernels.layouts import Above, Events, Pairs, Record
from neurospike_cli.engine.kernels.scratch import scratch
from neurospike_cli.neurons.neuron_model import Floats, Laws, SlopeLaw


@inlined
def near_threshold(
    law: SlopeLaw, distance: Floats, row: int, slopes: Floats, flags: Any, near: Any
) -> int:
    """Write the surrogate's slopes of a row, and the neurons where it is not 0; return how many."""
    for j in range(len(slopes)):
        slopes[j] = law.slope(distance[row, j])
        flags[j] = slopes[j] != 0
    return flagged(flags, near)


@inlined_sum
def arriving(
    weight: Floats, shift: int, delta: Floats, row: int, near: Any, found: int, error: Floats
) -> None:
    """Add what the targets say to spikes of near[:found]: rows of `weight` times `delta[row]`.

    Four neurons at a time, so that `delta` is loaded once for all of them.

    Args:
        weight: (shift + neuron, target).
        shift: where the neurons' rows begin.
        delta: gradient of the targets' currents, (row, target).
        row: when the spikes arrive.
        near, found, error: for each of near[:found], `error` grows.
    """
    n = 0
    while n + 4 <= found:
        i, j, k, m = shift + near[n], shift + near[n + 1], shift + near[n + 2], shift + near[n + 3]
        a = b = c = d = delta.dtype.type(0)
        for target in range(delta.shape[1]):
            a += weight[i, target] * delta[row, target]
            b += weight[j, target] * delta[row, target]
            c += weight[k, target] * delta[row, target]
            d += weight[m, target] * delta[row, target]
        error[n] += a
        error[n + 1] += b
        error[n + 2] += c
        error[n + 3] += d
        n += 4
    while n < found:
        a, i = delta.dtype.type(0), shift + near[n]
        for target in range(delta.shape[1]):
            a += weight[i, target] * delta[row, target]
        error[n] += a
        n += 1


@inlined
def returning(
    pairs: Pairs, shift: int, distance: Floats, row: int, near: Any, found: int, error: Floats
) -> None:
    """Add what the layer itself says, in `row`, to spikes of near[:found] that arrive by then."""
    for n in range(found):
        source = shift + near[n]
        for p in range(pairs.indptr[source], pairs.indptr[source + 1]):
            error[n] += pairs.weights[p] * distance[row, pairs.indices[p]]


@inlined
def inhibiting(
    strength: Any, distance: Floats, row: int, near: Any, found: int, error: Floats
) -> None:
    """Subtract what the others say, in `row`, to spikes of near[:found] that inhibit them."""
    lowered = distance.dtype.type(0)
    for j in range(distance.shape[1]):
        lowered += distance[row, j]
    for n in range(found):
        error[n] -= strength * (lowered - distance[row, near[n]])


@inlined
def spike_errors(
    laws: Laws,
    above: Above,
    pairs: Pairs,
    record: Record,
    gradient: Floats,
    row: int,
    following: int,
    near: Any,
    found: int,
    error: Floats,
) -> None:
    """Write the gradient of the spikes of the neurons near[:found] in a row.

    Args:
        laws: the neuron's.
        above, pairs: where it comes from.
        record: `distance` of the rows after this one is the gradient of their currents.
        gradient: of the states after the step, (variable, neuron).
        row, following: the row, and how many steps of its sample follow.
        near, found, error: for each of near[:found], `error` is written.
    """
    distance, states = record
    if len(above.given):
        for n in range(found):
            error[n] = above.given[row, near[n]]
    else:
        error[:found] = 0
        arriving(above.weight, 0, above.delta, row, near, found, error)
    for c in range(len(pairs.delays)):
        if following > pairs.delays[c]:
            then, shift = row + 1 + pairs.delays[c], c * distance.shape[1]
            if len(pairs.dense):
                arriving(pairs.dense, shift, distance, then, near, found, error)
            else:
                returning(pairs, shift, distance, then, near, found, error)
    if pairs.strength > 0 and following > pairs.pause:
        inhibiting(pairs.strength, distance, row + 1 + pairs.pause, near, found, error)
    if laws.has_spike_path:
        state = laws.initial
        for n in range(found):
            if laws.keeps_state:
                state = element(states[:, row], near[n], laws.initial)
            error[n] += laws.step.spike_back(state, element(gradient, near[n], laws.initial))


@inlined
def step_back(
    laws: Laws,
    before: Floats,
    gradient: Floats,
    synaptic: Floats,
    blocked: Any,
    slopes: Floats,
    delta: Floats,
) -> None:
    """Take all gradients of a sample one step back.

    Args:
        laws: the neuron's.
        before: the state before the step, (variable, neuron); empty where it does not count.
        gradient, synaptic: of the states after the step; become those before it.
        blocked: 1 where the neuron is clamped, else 0.
        slopes: gradient of the overshoot.
        delta: written: gradient of the current, (neuron,).
    """
    step, synapse, zero = laws.step, laws.synapse, delta.dtype.type(0)
    state = laws.initial
    for j in range(len(delta)):
        after = element(gradient, j, laws.initial)
        if laws.keeps_state:
            state = element(before, j, laws.initial)
        back, drive = step.advance_back(state, total(after, step.overshoot_back(slopes[j])))
        if blocked[j] > 0:
            back = step.hold_back(after)
            drive = zero
        put(gradient, j, back)
        left = synapse.arrive_back(element(synaptic, j, laws.synaptic), drive)
        put(synaptic, j, left[1])
        delta[j] = left[0]


@inlined
def restore(laws: Laws, states: Floats, fired: Events, row: int, k: int, before: Floats) -> None:
    """Write the states with which step k of a sample, in `row`, began."""
    if k == 0:
        for j in range(before.shape[1]):
            put(before, j, laws.initial)
        return
    for v in range(len(before)):
        for j in range(before.shape[1]):
            before[v, j] = states[v, row - 1, j]
    for e in range(fired.starts[row - 1], fired.stops[row - 1]):
        j = fired.channels[e]
        put(before, j, laws.step.reset(element(before, j, laws.initial)))


@inlined
def mark(flags: Any, fired: Events, row: int, change: int) -> None:
    """Add `change` to the flags of the neurons that fired in a row."""
    for e in range(fired.starts[row], fired.stops[row]):
        flags[fired.channels[e]] += change


@uncounted
def run_back(
    laws: Laws,
    law: SlopeLaw,
    above: Above,
    pairs: Pairs,
    record: Record,
    fired: Events,
    room: Any,
    base: int,
    n_steps: int,
) -> None:
    """Run one sample backwards, whose rows begin at `base`; see `run_samples_back`."""
    distance, states = record
    slopes, error, near, flags, blocked, gradient, before, synaptic = room
    gradient[:], synaptic[:], blocked[:] = 0, 0, 0
    wait = laws.refractory_steps
    for k in range(max(0, n_steps - 1 - wait), n_steps - 1):
        mark(blocked, fired, base + k, 1)
    for k in range(n_steps - 1, -1, -1):
        row, following = base + k, n_steps - 1 - k
        found = near_threshold(law, distance, row, slopes, flags, near)
        spike_errors(laws, above, pairs, record, gradient, row, following, near, found, error)
        for n in range(found):
            # The membrane of a neuron that is clamped fires at no overshoot.
            slopes[near[n]] *= error[n] if blocked[near[n]] == 0 else distance.dtype.type(0)
        for e in range(fired.starts[row], fired.stops[row]):
            j = fired.channels[e]
            put(gradient, j, laws.step.reset_back(element(gradient, j, laws.initial)))
        if laws.keeps_state:
            restore(laws, states, fired, row, k, before)
        step_back(laws, before, gradient, synaptic, blocked, slopes, distance[row])
        if wait and k > 0:
            mark(blocked, fired, row - 1, -1)
            if k - 1 - wait >= 0:
                mark(blocked, fired, row - 1 - wait, 1)


@compiled
def run_samples_back(
    laws: Laws,
    law: SlopeLaw,
    above: Above,
    pairs: Pairs,
    record: Record,
    fired: Events,
    n_steps: int,
    first: int,
    last: int,
) -> None:
    """Run samples first … last - 1 backwards; `record.distance` becomes the currents' gradient.

    Errors start only where the surrogate's slope is not 0: with one of bounded support the
    gradients of all other spikes are never computed.

    Args:
        laws: the neuron's, in the type of the arrays.
        law: the surrogate derivative.
        above: where the spikes' gradient comes from.
        pairs: what the layer says to itself.
        record: what the layer did.
        fired: its spikes.
        n_steps: steps of a sample.
        first, last: the samples.
    """
    size, dtype = record.distance.shape[1], record.distance.dtype
    slopes, error = scratch(1, size, dtype)[0], scratch(1, size, dtype)[0]
    near, blocked = scratch(1, size, np.int32)[0], scratch(1, size, np.int32)[0]
    gradient, before = (
        scratch(len(laws.initial), size, dtype),
        scratch(len(laws.initial), size, dtype),
    )
    synaptic = scratch(len(laws.synaptic), size, dtype)
    room = slopes, error, near, flags_for(size), blocked, gradient, before, synaptic
    for sample in range(first, last):
        run_back(laws, law, above, pairs, record, fired, room, sample * n_steps, n_steps)
