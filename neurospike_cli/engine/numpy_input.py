"""What arrives from the layer before in the NumPy engine, forward and backward.

Connections of one delay are a class, with the weights of all others as 0. The longest delay comes
first, so that a sum runs over the steps in which spikes were emitted, from the earliest on.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.dense_products import dense_product
from neurospike_cli.engine.engine import BatchSize
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats


def current(layer: Layer, weight: Floats, spikes: sparse.SpikeMatrix, out: Floats) -> None:
    """Write the sums of the weights that arrive in each step to `out`, (step, sample, neuron)."""
    samples, rows = out.shape[1], out.reshape(-1, layer.size)
    for which, (delay, chosen) in enumerate(_classes(layer)):
        arriving = sparse.later(spikes, delay * samples)
        sparse.layer_current(arriving, _only(chosen, weight), out=rows, onto=which > 0)


def weight_gradient(layer: Layer, spikes: sparse.SpikeMatrix, delta: Floats) -> Floats:
    """Return the gradient of the weights: spikes of step k with δI of step k + delay."""
    samples, flat, total = delta.shape[1], delta.reshape(-1, layer.size), None
    for delay, chosen in _classes(layer):
        arriving = sparse.later(spikes, delay * samples)
        part = _only(chosen, sparse.weight_gradient(arriving, flat))
        total = part if total is None else total + part
    assert total is not None
    return total


def parts_bytes(layer: Layer, batch: BatchSize) -> int:
    """Return what `weight_gradient` allocates beside its result.

    Each half of a product has a sum of its own, and so has each class of delays.
    """
    return batch.numbers(layer.inputs * layer.size) * (1 if layer.delays is None else 3)


def below_bytes(layer: Layer, batch: BatchSize) -> int:
    """Return what `spike_gradient` writes, and where delays differ what a class of them takes."""
    return batch.numbers(batch.rows * layer.inputs) * (1 if layer.delays is None else 2)


def spike_gradient(layer: Layer, weight: Floats, delta: Floats, out: Floats) -> None:
    """Write the gradient of the arriving spikes to `out`, (step, sample, neuron below)."""
    steps, samples, _ = delta.shape
    if layer.delays is not None or layer.delay:
        out.fill(0)
    for delay, chosen in _classes(layer):
        left = max(0, steps - delay) * samples
        errors = delta.reshape(-1, layer.size)[len(delta) * samples - left :]
        below = out.reshape(-1, layer.inputs)[:left]
        if chosen is None:
            dense_product(errors, weight.T, out=below)
            continue
        part = np.empty_like(below)
        dense_product(errors, _only(chosen, weight).T, out=part)
        below += part


def _classes(layer: Layer) -> Iterator[tuple[int, NDArray[np.bool_] | None]]:
    """Yield each delay and which weights have it; None for all."""
    if layer.delays is None:
        yield layer.delay, None
        return
    for delay in np.unique(layer.delays)[::-1]:
        yield int(delay), layer.delays == delay


def _only(chosen: NDArray[np.bool_] | None, weight: Floats) -> Floats:
    """Return the weights that are chosen, and 0 for the others."""
    return weight if chosen is None else np.where(chosen, weight, weight.dtype.type(0))
