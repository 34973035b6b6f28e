"""One layer backwards: errors start near threshold and are carried to earlier steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurospike_cli.engine.compiler import compiled, element, inlined, inlined_sum, put, total
from neurospike_cli.engine.kernels.layouts import Above, Fired, Pairs, Record
from neurospike_cli.neurons.neuron_model import Floats, Laws, SlopeLaw


@inlined
def near_threshold(law: SlopeLaw, distance: Floats, row: int, slopes: Floats, near: Any) -> int:
    """Write the surrogate's slopes of a row, and the neurons where it is not 0; return how many."""
    found = 0
    for j in range(len(slopes)):
        slopes[j] = law.slope(distance[row, j])
    for j in range(len(slopes)):
        # Written always and kept sometimes: a branch would be mispredicted for each.
        near[found] = j
        found += slopes[j] != 0
    return found


@inlined_sum
def arriving(weight: Floats, delta: Floats, row: int, j: int) -> Any:
    """Return what the next layer says to a spike of neuron j: its weights times `delta[row]`."""
    error = delta.dtype.type(0)
    for m in range(delta.shape[1]):
        error += weight[j, m] * delta[row, m]
    return error


@inlined
def returning(
    indptr: Any, indices: Any, weights: Floats, distance: Floats, row: int, source: int
) -> Any:
    """Return what the layer itself says, in `row`, to a spike that arrives by row `source`."""
    error = distance.dtype.type(0)
    for p in range(indptr[source], indptr[source + 1]):
        error += weights[p] * distance[row, indices[p]]
    return error


@inlined
def errors(
    laws: Laws,
    law: SlopeLaw,
    above: Any,
    pairs: Any,
    distance: Floats,
    states: Floats,
    gradient: Floats,
    blocked: Any,
    row: int,
    following: int,
    slopes: Floats,
    near: Any,
) -> None:
    """Write to `slopes` the gradient of each neuron's overshoot in a row.

    Args:
        laws, law: the neuron's and the surrogate's.
        above, pairs: the fields of `Above` and `Pairs`.
        distance, states: fields of `Record`; `distance` of the rows after this one is the gradient.
        gradient: of the states after the step, (variable, neuron).
        blocked: not 0 where the neuron is clamped.
        row, following: the row, and how many steps of its sample follow.
        slopes: written.
        near: room for the indices of all neurons.
    """
    given, weight, delta = above
    indptr, indices, delays, recurrent, strength, pause = pairs
    inhibits = strength > 0 and following > pause
    lowered = distance[row + 1 + pause].sum() if inhibits else distance.dtype.type(0)
    for n in range(near_threshold(law, distance, row, slopes, near)):
        j = near[n]
        error = distance.dtype.type(0)
        if blocked[j] == 0:
            error = given[row, j] if len(given) else arriving(weight, delta, row, j)
            for c in range(len(delays)):
                if following > delays[c]:
                    then, source = row + 1 + delays[c], c * len(slopes) + j
                    error += returning(indptr, indices, recurrent, distance, then, source)
            if inhibits:
                error -= strength * (lowered - distance[row + 1 + pause, j])
            if laws.has_spike_path:
                state = laws.initial
                if laws.keeps_state:
                    state = element(states[:, row], j, laws.initial)
                error += laws.step.spike_back(state, element(gradient, j, laws.initial))
        slopes[j] *= error


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
def restore(
    laws: Laws,
    states: Floats,
    starts: Any,
    counts: Any,
    channels: Any,
    row: int,
    k: int,
    before: Floats,
) -> None:
    """Write the states with which step k of a sample, in `row`, began."""
    if k == 0:
        for j in range(before.shape[1]):
            put(before, j, laws.initial)
        return
    before[:] = states[:, row - 1]
    for e in range(starts[row - 1], starts[row - 1] + counts[row - 1]):
        j = channels[e]
        put(before, j, laws.step.reset(element(before, j, laws.initial)))


@inlined
def mark(flags: Any, starts: Any, counts: Any, channels: Any, row: int, change: int) -> None:
    """Add `change` to the flags of the neurons that fired in a row."""
    for e in range(starts[row], starts[row] + counts[row]):
        flags[channels[e]] += change


@compiled
def run_back(
    laws: Laws,
    law: SlopeLaw,
    above: Any,
    pairs: Any,
    record: Any,
    fired: Any,
    room: Any,
    base: int,
    n_steps: int,
) -> None:
    """Run one sample backwards, whose rows begin at `base`; see `run_samples_back`."""
    # Taken out of their tuples once: each time counts a reference.
    distance, states = record
    starts, counts, channels = fired
    slopes, near, blocked, gradient, before, synaptic = room
    gradient[:], synaptic[:], blocked[:] = 0, 0, 0
    wait = laws.refractory_steps
    for k in range(max(0, n_steps - 1 - wait), n_steps - 1):
        mark(blocked, starts, counts, channels, base + k, 1)
    for k in range(n_steps - 1, -1, -1):
        row, following = base + k, n_steps - 1 - k
        reverse = distance, states, gradient, blocked, row, following, slopes, near
        errors(laws, law, above, pairs, *reverse)
        for e in range(starts[row], starts[row] + counts[row]):
            j = channels[e]
            put(gradient, j, laws.step.reset_back(element(gradient, j, laws.initial)))
        if laws.keeps_state:
            restore(laws, states, starts, counts, channels, row, k, before)
        step_back(laws, before, gradient, synaptic, blocked, slopes, distance[row])
        if wait and k > 0:
            mark(blocked, starts, counts, channels, row - 1, -1)
            if k - 1 - wait >= 0:
                mark(blocked, starts, counts, channels, row - 1 - wait, 1)


@compiled
def run_samples_back(
    laws: Laws,
    law: SlopeLaw,
    above: Above,
    pairs: Pairs,
    record: Record,
    fired: Fired,
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
    slopes, near = np.empty(size, dtype), np.empty(size, np.int32)
    blocked = np.empty(size, np.int32)
    gradient = np.empty((len(laws.initial), size), dtype)
    before, synaptic = np.empty_like(gradient), np.empty((len(laws.synaptic), size), dtype)
    room = slopes, near, blocked, gradient, before, synaptic
    for sample in range(first, last):
        run_back(laws, law, above, pairs, record, fired, room, sample * n_steps, n_steps)
