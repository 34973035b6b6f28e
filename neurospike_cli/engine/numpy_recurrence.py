"""What the neurons of a layer say to each other in the NumPy engine, forward and backward.

All of it comes after the input of a step: first the recurrent connections, class by class with the
longest delay first, so that spikes are added in the order in which they were emitted; then lateral
inhibition, which takes from each neuron what all spikes of a step take, less its own.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.engine import BatchSize, Gradient, Weights
from neurospike_cli.engine.numpy_layer import LayerRecord, RecurrentGradient, RecurrentInput
from neurospike_cli.network.recurrent_pairs import RecurrentPairs
from neurospike_cli.network.topology import Inhibition, Layer
from neurospike_cli.neurons.neuron_model import Floats, Indices


def feedback(layer: Layer, weights: Weights) -> RecurrentInput | None:
    """Return what adds the spikes of earlier steps to a step's current; None for nothing."""
    pairs, inhibition = layer.recurrent, layer.inhibition
    if pairs is None and inhibition is None:
        return None

    def add(step: int, current: Floats, fired: list[Indices]) -> None:
        if pairs is not None:
            _add_pairs(pairs, weights[layer.recurrent_weight], step, current, fired)
        if inhibition is not None and step > inhibition.delay:
            inhibit(fired[step - 1 - inhibition.delay], inhibition.strength, out=current)

    return add


def _add_pairs(
    pairs: RecurrentPairs, values: Floats, step: int, current: Floats, fired: list[Indices]
) -> None:
    there = [which for which, delay in enumerate(pairs.delays) if step > delay]
    if there:
        then = [fired[step - 1 - pairs.delays[which]] for which in there]
        shift = np.repeat(np.array(there) * pairs.size, [len(spikes) for spikes in then])
        spikes = np.concatenate(then)
        sparse.add_pairs(spikes, shift, pairs.indptr, pairs.indices, values, out=current)


def inhibit(fired: Indices, strength: float, out: Floats) -> None:
    """Take `strength` from each neuron for every spike of another one of its sample.

    Args:
        fired: flat indices (sample * neurons + neuron) of one step, ascending.
        strength: in mV.
        out: (sample, neuron), C order.
    """
    samples, neurons = out.shape
    each, flat = out.dtype.type(strength), out.reshape(-1)
    spikes = np.bincount(fired // neurons, minlength=samples).astype(out.dtype)
    those_that_fired = flat[fired] - each * (spikes[fired // neurons] - 1)
    out -= (each * spikes)[:, None]
    flat[fired] = those_that_fired


def step_bytes(layer: Layer, batch: BatchSize) -> int:
    """Return what `feedback` allocates in a step: places and weights of its spikes' pairs."""
    if layer.recurrent is None:
        return 0
    fan_out = len(layer.recurrent.indices) // layer.size
    return 40 * fan_out * batch.spikes(layer.size) // batch.steps


def feedback_gradient(
    layer: Layer, weights: Weights, spike_gradient: Floats
) -> RecurrentGradient | None:
    """Return what takes the gradient of a step's current to that of earlier spikes."""
    parts: list[RecurrentGradient] = []
    if layer.recurrent is not None:
        values = weights[layer.recurrent_weight]
        parts.append(_through_pairs(layer.recurrent, values, spike_gradient))
    if layer.inhibition is not None:
        parts.append(_through_inhibition(layer.inhibition, spike_gradient))

    def add(step: int, current_gradient: Floats) -> None:
        for part in parts:
            part(step, current_gradient)

    return add if parts else None


def _through_pairs(
    pairs: RecurrentPairs, values: Floats, spike_gradient: Floats
) -> RecurrentGradient:
    matrix = _matrix(pairs, values)

    def add(step: int, current_gradient: Floats) -> None:
        by_class = np.split(matrix @ current_gradient.T, len(pairs.delays))
        for delay, arriving in zip(pairs.delays, by_class, strict=True):
            if step > delay:
                spike_gradient[step - 1 - delay] += arriving.T

    return add


def _through_inhibition(inhibition: Inhibition, spike_gradient: Floats) -> RecurrentGradient:
    def add(step: int, current_gradient: Floats) -> None:
        if step > inhibition.delay:
            others = current_gradient.sum(axis=1, keepdims=True) - current_gradient
            each = current_gradient.dtype.type(inhibition.strength)
            spike_gradient[step - 1 - inhibition.delay] -= each * others

    return add


def pair_gradient(pairs: RecurrentPairs, record: LayerRecord, delta: Floats) -> Gradient:
    """Return the gradient of the recurrent weights: spikes of step k with δI of k + 1 + delay."""
    steps, samples, size = delta.shape
    parts = [np.empty(0, delta.dtype)]
    for which, late in enumerate(1 + pairs.delays):
        rows = pairs.rows(which)
        if late >= steps:
            parts.append(np.zeros(rows[-1] - rows[0], dtype=delta.dtype))
            continue
        spikes = sparse.spike_matrix(record.fired[:-late], samples, size, delta.dtype)
        flat = delta[late:].reshape(-1, size)
        parts.append(sparse.pair_gradient(spikes, flat, rows, pairs.indices))
    return Gradient(np.concatenate(parts))


def _matrix(pairs: RecurrentPairs, values: Floats) -> csr_array:
    """Return the weights as a sparse matrix, ((delay, presynaptic), postsynaptic)."""
    shape = len(pairs.indptr) - 1, pairs.size
    return csr_array((values, pairs.indices, pairs.indptr), shape=shape)
