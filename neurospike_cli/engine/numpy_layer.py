"""One layer in the NumPy engine: the frame around a neuron model's laws, forward and backward.

Arrays are (step, sample, neuron); a step of a whole batch is one contiguous block, on which the
laws are evaluated at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from neurospike_cli.neurons.neuron_model import Floats, Indices, Laws, SlopeLaw, State, in_type

#: Adds to the current of one step what the spikes of earlier steps bring, in place:
#: (step, current of that step, flat indices that fired in each step so far).
RecurrentInput = Callable[[int, Floats, list[Indices]], None]
#: The reverse: (step, gradient of that step's current) -> adds to the gradient of earlier spikes.
RecurrentGradient = Callable[[int, Floats], None]

#: Elements on which all passes of a law are done while they are in the cache.
BLOCK = 32_768
#: Flat indices of no neuron.
NOBODY = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Competition:
    """What beside its own laws decides whether a neuron fires.

    Attributes:
        theta: what training added to the thresholds, in mV, (neuron,); None for nothing.
        winners: how many of a sample's neurons fire in a step at most; None for no limit.
    """

    theta: Floats | None = None
    winners: int | None = None


#: Every neuron by itself.
FREE = Competition()


@dataclass(frozen=True)
class LayerRecord:
    """What a layer did.

    Attributes:
        fired: flat indices (sample * neurons + neuron) that fired, ascending, one array a step.
        overshoot: distance beyond the threshold before the reset, (step, sample, neuron).
        states: the state variables before the reset, as `overshoot`; empty if not asked for.
    """

    fired: list[Indices]
    overshoot: Floats
    states: tuple[Floats, ...]


def simulate(
    laws: Laws,
    current: Floats,
    states: tuple[Floats, ...] = (),
    recurrent: RecurrentInput | None = None,
    competition: Competition = FREE,
) -> LayerRecord:
    """Run all steps of a layer from its initial state.

    Args:
        laws: the neuron's.
        current: summed weights of the input spikes, in mV, (step, sample, neuron), C order;
            overwritten by the overshoot.
        states: arrays like `current` for the state variables, or none.
        recurrent: called before each step with (step, its current, spikes so far).
        competition: what beside the laws decides who fires; its `theta` may change meanwhile.
    """
    laws, flat = in_type(laws, current.dtype), current.reshape(len(current), -1)
    step, synapse, wait = laws.step, laws.synapse, laws.refractory_steps
    neurons = flat.shape[1:]
    state, synaptic = (
        tuple(np.full(neurons, x, dtype=current.dtype) for x in start)
        for start in (laws.initial, laws.synaptic)
    )
    kept = [variable.reshape(flat.shape) for variable in states]
    fired: list[Indices] = []
    blocked, held = NOBODY, ()
    for k, now in enumerate(flat):
        if recurrent is not None:
            recurrent(k, current[k], fired)
        drive, synaptic = synapse.arrive(synaptic, now)
        if wait:
            blocked = refractory(fired, k, wait)
            held = step.hold(_some(state, blocked))
        state = step.advance(state, drive)
        _put(state, blocked, held)
        np.copyto(now, step.overshoot(state))
        if competition.theta is not None:
            current[k] -= competition.theta.astype(current.dtype)
        over = now >= 0
        over[blocked] = False
        spiking = over.nonzero()[0]
        if competition.winners is not None:
            spiking = furthest(now, spiking, competition.winners, current.shape[2])
        fired.append(spiking)
        for record, variable in zip(kept, state, strict=False):
            record[k] = variable
        if spiking.size:
            _put(state, spiking, step.reset(_some(state, spiking)))
    return LayerRecord(fired, current, states)


def backpropagate(
    laws: Laws,
    slope: SlopeLaw,
    record: LayerRecord,
    spike_gradient: Floats,
    recurrent: RecurrentGradient | None = None,
) -> Floats:
    """Return the loss gradient of every step's current, in the memory of `spike_gradient`.

    Args:
        laws: the neuron's.
        slope: the surrogate derivative of a spike.
        record: what the layer did; its `overshoot` is overwritten by the slopes.
        spike_gradient: gradient of every spike, as `overshoot`.
        recurrent: called with (step, its current's gradient) after each step, latest first; adds
            to the `spike_gradient` of earlier steps.
    """
    slopes, dtype = record.overshoot, record.overshoot.dtype
    laws = in_type(laws, dtype)
    step, synapse, wait = laws.step, laws.synapse, laws.refractory_steps
    _replace_by_slopes(slopes, in_type(slope, dtype))
    flat, deltas = (a.reshape(len(slopes), -1) for a in (slopes, spike_gradient))
    states = [variable.reshape(flat.shape) for variable in record.states]
    gradient = tuple(np.zeros_like(deltas[0]) for _ in laws.initial)
    synaptic = tuple(np.zeros_like(deltas[0]) for _ in laws.synaptic)
    blocked, held, before = NOBODY, (), laws.initial
    for k in range(len(flat) - 1, -1, -1):
        delta, fired = deltas[k], record.fired[k]
        if laws.has_spike_path:
            delta += step.spike_back(_at(states, k) or laws.initial, gradient)
        delta *= flat[k]
        if fired.size:
            _put(gradient, fired, step.reset_back(_some(gradient, fired)))
        if wait:
            blocked = refractory(record.fired, k, wait)
            delta[blocked] = 0
            held = step.hold_back(_some(gradient, blocked))
        if states:
            before = _before(laws, record.fired, states, k)
        reached = _sum(gradient, step.overshoot_back(delta))
        gradient, delta[...] = step.advance_back(before, reached)
        if wait:
            delta[blocked] = 0
            _put(gradient, blocked, held)
        jump, synaptic = synapse.arrive_back(synaptic, delta)
        if jump is not delta:
            np.copyto(delta, jump)
        if recurrent is not None:
            recurrent(k, spike_gradient[k])
    return spike_gradient


def furthest(over: Floats, spiking: Indices, winners: int, neurons: int) -> Indices:
    """Return the `winners` of each sample with the largest overshoot, the first of equals.

    Args:
        over: overshoot, (sample * neurons + neuron,).
        spiking: flat indices of those that could fire, ascending.
        winners: how many may.
        neurons: of a sample.
    """
    samples = spiking // neurons
    order = np.lexsort((spiking, -over[spiking], samples))
    of_sample = samples[order]
    rank = np.arange(len(order)) - np.searchsorted(of_sample, of_sample)
    return np.sort(spiking[order[rank < winners]])


def refractory(fired: list[Indices], step: int, steps: int) -> Indices:
    """Return the flat indices of the neurons that are clamped in `step`."""
    window = fired[max(0, step - steps) : step]
    if len(window) == 1:
        return window[0]
    return np.concatenate(window) if window else np.empty(0, dtype=np.int64)


def _before(laws: Laws, fired: list[Indices], states: list[Floats], k: int) -> State:
    """Return the state that step k began with."""
    if k == 0:
        return tuple(np.full_like(s[0], x) for s, x in zip(states, laws.initial, strict=True))
    before = tuple(s[k - 1].copy() for s in states)
    _put(before, fired[k - 1], laws.step.reset(_some(before, fired[k - 1])))
    return before


def _replace_by_slopes(overshoot: Floats, law: SlopeLaw) -> None:
    """Replace x by σ'(x), block by block so that all passes find it in the cache."""
    flat = overshoot.reshape(-1)
    for start in range(0, len(flat), BLOCK):
        block = flat[start : start + BLOCK]
        block[...] = law.slope(block)


def _at(states: list[Floats], k: int) -> State:
    return tuple([variable[k] for variable in states])


def _sum(left: State, right: State) -> State:
    return tuple([a + b for a, b in zip(left, right, strict=True)])


def _some(state: State, where: Indices) -> State:
    return tuple([variable[where] for variable in state])


def _put(state: State, where: Indices, values: State) -> None:
    for variable, value in zip(state, values, strict=False):
        variable[where] = value
