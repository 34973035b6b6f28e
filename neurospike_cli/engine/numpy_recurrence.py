"""What the neurons of a layer say to each other in the NumPy engine, forward and backward.

All of it comes after the input of a step: first the recurrent connections, class by class with the
longest delay first, so that spikes are added in the order in which they were emitted; then lateral
inhibition, which takes from each neuron what all spikes of a step take, less its own.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.engine import Gradient, Weights
from neurospike_cli.engine.numpy_layer import LayerRecord, RecurrentGradient, RecurrentInput
from neurospike_cli.network.recurrent_pairs import RecurrentPairs
from neurospike_cli.network.topology import Layer
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
    for which, delay in enumerate(pairs.delays):
        if step > delay:
            then = fired[step - 1 - delay]
            sparse.add_pairs(then, pairs.rows(which), pairs.indices, values, out=current)


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


def feedback_gradient(
    layer: Layer, weights: Weights, spike_gradient: Floats
) -> RecurrentGradient | None:
    """Return what takes the gradient of a step's current to that of earlier spikes."""
    pairs, inhibition = layer.recurrent, layer.inhibition
    if pairs is None and inhibition is None:
        return None
    matrices = [] if pairs is None else _matrices(pairs, weights[layer.recurrent_weight])

    def add(step: int, current_gradient: Floats) -> None:
        for delay, matrix in matrices:
            if step > delay:
                spike_gradient[step - 1 - delay] += (matrix @ current_gradient.T).T
        if inhibition is not None and step > inhibition.delay:
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


def _matrices(pairs: RecurrentPairs, values: Floats) -> list[tuple[int, csr_array]]:
    """Return each delay and the weights that have it, (presynaptic, postsynaptic)."""
    matrices = []
    for which, delay in enumerate(pairs.delays):
        rows = pairs.rows(which)
        held = slice(rows[0], rows[-1])
        entries = values[held], pairs.indices[held], rows - rows[0]
        matrices.append((int(delay), csr_array(entries, shape=(pairs.size, pairs.size))))
    return matrices
