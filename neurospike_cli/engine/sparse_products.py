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


def layer_current(spikes: SpikeMatrix, weight: Floats, out: Floats) -> None:
    """Write S @ W to `out`: the summed weights that arrive in each (step, sample), in mV."""
    width, flat, source = weight.shape[1], out.reshape(-1), weight.ravel()

    # `spikes @ weight` is this call on fresh memory; SciPy's operator takes no output array.
    def some_rows(start: int, stop: int) -> None:
        part = flat[start * width : stop * width]
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


def add_spikes(fired: Indices, weight: Floats, out: Floats) -> None:
    """Add row n of `weight` to row b of `out` for every spike of neuron n in sample b.

    Args:
        fired: flat indices (sample * neurons + neuron) of one step, ascending.
        weight: (presynaptic, postsynaptic), C order.
        out: (sample, postsynaptic), C order.
    """
    samples, neurons = len(out), len(weight)
    indptr = np.searchsorted(fired, np.arange(samples + 1) * neurons)
    _sparsetools.csr_matvecs(
        samples,
        neurons,
        weight.shape[1],
        indptr,
        fired % neurons,
        np.ones(len(fired), dtype=weight.dtype),
        weight.reshape(-1),
        out.reshape(-1),
    )


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
    pre: NDArray[np.int32],
    post: NDArray[np.int32],
) -> Floats:
    """Return Sᵀ @ δI at the existing pairs only, (connection,)."""
    return np.asarray(weight_gradient(spikes, current_gradient)[pre, post])
