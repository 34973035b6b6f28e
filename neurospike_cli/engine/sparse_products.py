"""The sparse products of the engine, all by SciPy's compressed sparse rows.

A row's sum runs over its stored columns in ascending order, one after the other: the same bits as
a plain loop, whatever the number of threads.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy.sparse import _sparsetools, csr_array

from neurospike_cli.engine.threads import in_halves
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.neurons.neuron_model import Floats, Indices

SpikeMatrix = csr_array

#: Elements of a product that are made at a time where only some of them are wanted.
PRODUCT_BLOCK = 2_000_000


def spike_matrix(fired: list[Indices], samples: int, neurons: int, dtype: DTypeLike) -> SpikeMatrix:
    """Return the spikes of a layer as rows (step, sample) × neurons.

    Args:
        fired: flat indices (sample * neurons + neuron) per step, ascending.
        samples, neurons: the layer's extent.
        dtype: of the ones that are stored.
    """
    steps = len(fired)
    counts = np.fromiter((len(f) for f in fired), dtype=np.int64, count=steps)
    base = np.arange(steps, dtype=np.int64) * (samples * neurons)
    flat = np.concatenate(fired) + np.repeat(base, counts) if steps else np.empty(0, np.int64)
    rows = steps * samples
    indptr = np.searchsorted(flat, np.arange(rows + 1, dtype=np.int64) * neurons)
    row_starts = np.repeat(np.arange(rows, dtype=np.int64) * neurons, np.diff(indptr))
    columns = (flat - row_starts).astype(np.int32)
    ones = np.ones(len(flat), dtype=dtype)
    return csr_array((ones, columns, indptr.astype(np.int32)), shape=(rows, neurons))


def spike_train(fired: list[Indices], like: SpikeTrain, neurons: int) -> SpikeTrain:
    """Return the spikes of a layer as a train, rows (sample, step).

    Args:
        fired: flat indices (sample * neurons + neuron) per step, ascending.
        like: a train of the same samples and steps.
        neurons: size of the layer.
    """
    matrix = spike_matrix(fired, like.n_samples, neurons, np.int8)
    order = np.arange(like.n_steps * like.n_samples).reshape(like.n_steps, like.n_samples)
    rows = matrix[order.T.ravel()]
    return SpikeTrain(
        dt=like.dt,
        n_samples=like.n_samples,
        n_steps=like.n_steps,
        n_channels=neurons,
        offsets=rows.indptr.astype(np.int64),
        channels=rows.indices.astype(np.int32),
    )


def later(spikes: SpikeMatrix, rows: int) -> SpikeMatrix:
    """Return S moved down by a number of rows: the same spikes later, without those at the end."""
    if rows == 0:
        return spikes
    count = spikes.shape[0]
    indptr = np.zeros_like(spikes.indptr)
    indptr[min(rows, count) :] = spikes.indptr[: max(1, count + 1 - rows)]
    kept = slice(0, indptr[-1])
    return csr_array((spikes.data[kept], spikes.indices[kept], indptr), shape=spikes.shape)


def layer_current(spikes: SpikeMatrix, weight: Floats, out: Floats, *, onto: bool = False) -> None:
    """Write S @ W to `out`, or add it: the summed weights that arrive in each (step, sample)."""
    width, flat, source = weight.shape[1], out.reshape(-1), weight.ravel()

    # `spikes @ weight` is this call on fresh memory; added to `out` it would have other bits.
    def some_rows(start: int, stop: int) -> None:
        part = flat[start * width : stop * width]
        if not onto:
            part.fill(0)
        _sparsetools.csr_matvecs(
            stop - start,
            spikes.shape[1],
            width,
            spikes.indptr[start : stop + 1],
            spikes.indices,
            spikes.data,
            source,
            part,
        )

    in_halves(some_rows, spikes.shape[0], spikes.nnz * width)


def add_pairs(
    fired: Indices,
    shift: Indices,
    indptr: NDArray[np.int32],
    indices: NDArray[np.int32],
    weights: Floats,
    out: Floats,
) -> None:
    """Add to `out` the weights of the pairs of every spike, from the first spike to the last.

    Args:
        fired: flat indices (sample * neurons + neuron), in the order in which they are added.
        shift: for each, how far its neuron's pairs are down in `indptr`.
        indptr: where the pairs of each presynaptic neuron begin, and where the last ones end.
        indices: postsynaptic neuron of each pair.
        weights: of each pair.
        out: (sample, postsynaptic), C order.
    """
    neuron = fired % out.shape[1]
    starts = indptr[shift + neuron].astype(np.int64)
    lengths = indptr[shift + neuron + 1] - starts
    ends = np.cumsum(lengths)
    pair = np.arange(lengths.sum()) + np.repeat(starts - ends + lengths, lengths)
    target = np.repeat(fired - neuron, lengths) + indices[pair]
    # Unlike `+=`, it adds one after the other where an index occurs more than once.
    np.add.at(out.reshape(-1), target, weights[pair])


def weight_gradient(spikes: SpikeMatrix, current_gradient: Floats) -> Floats:
    """Return Sᵀ @ δI, (presynaptic, postsynaptic)."""
    inputs, width = spikes.shape[1], current_gradient.shape[1]
    parts: list[Floats] = []

    # The rows of S are the columns of Sᵀ. Each half has a sum of its own; a + b = b + a to the last
    # bit, so that it does not matter which is done first.
    def some_rows(start: int, stop: int) -> None:
        total = np.zeros((inputs, width), dtype=current_gradient.dtype)
        _sparsetools.csc_matvecs(
            inputs,
            stop - start,
            width,
            spikes.indptr[start : stop + 1],
            spikes.indices,
            spikes.data,
            current_gradient[start:stop].ravel(),
            total.reshape(-1),
        )
        parts.append(total)

    in_halves(some_rows, spikes.shape[0], spikes.nnz * width)
    for part in parts[1:]:
        parts[0] += part
    return parts[0]


def pair_gradient(
    spikes: SpikeMatrix,
    current_gradient: Floats,
    indptr: NDArray[np.int32],
    indices: NDArray[np.int32],
) -> Floats:
    """Return Sᵀ @ δI at the existing pairs only, (connection,).

    The full product is made for some presynaptic neurons at a time, so that memory stays flat.
    """
    by_neuron, (neurons, width) = spikes.T.tocsr(), (spikes.shape[1], current_gradient.shape[1])
    parts, block = [], max(1, PRODUCT_BLOCK // width)
    for start in range(0, neurons, block):
        product = by_neuron[start : start + block] @ current_gradient
        bounds = indptr[start : start + block + 1]
        pre = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        parts.append(product[pre, indices[bounds[0] : bounds[-1]]])
    return np.concatenate(parts)
