"""What the neurons of a layer say to each other in the NumPy engine, forward and backward.

All of it comes after the input of a step, class by class: the longest delay first, so that spikes
are added in the order in which they were emitted.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.engine import BatchSize, Gradient, Weights
from neurospike_cli.engine.numpy_layer import LayerRecord, RecurrentGradient, RecurrentInput
from neurospike_cli.network.recurrent_pairs import RecurrentPairs
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats, Indices


def feedback(layer: Layer, weights: Weights) -> RecurrentInput | None:
    """Return what adds the spikes of earlier steps to a step's current; None for nothing."""
    if layer.recurrent is None:
        return None
    pairs, values = layer.recurrent, weights[layer.recurrent_weight]

    def add(step: int, current: Floats, fired: list[Indices]) -> None:
        for which, delay in enumerate(pairs.delays):
            if step > delay:
                then = fired[step - 1 - delay]
                sparse.add_pairs(then, pairs.rows(which), pairs.indices, values, out=current)

    return add


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
    if layer.recurrent is None:
        return None
    pairs, values = layer.recurrent, weights[layer.recurrent_weight]
    matrices = [_matrix(pairs, which, values) for which in range(len(pairs.delays))]

    def add(step: int, current_gradient: Floats) -> None:
        for matrix, delay in zip(matrices, pairs.delays, strict=True):
            if step > delay:
                spike_gradient[step - 1 - delay] += (matrix @ current_gradient.T).T

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


def _matrix(pairs: RecurrentPairs, which: int, values: Floats) -> csr_array:
    """Return the weights of a class as a sparse matrix, (presynaptic, postsynaptic)."""
    rows = pairs.rows(which)
    held = slice(rows[0], rows[-1])
    entries = values[held], pairs.indices[held], rows - rows[0]
    return csr_array(entries, shape=(pairs.size, pairs.size))
