"""What a batch made the network do, as sparse spike trains in the order (sample, step)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.numpy_engine import ForwardPass
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Topology


@dataclass(frozen=True)
class Activity:
    """Spikes of the input and of every layer by name, and the readout's scores."""

    spikes: dict[str, SpikeTrain]
    scores: NDArray[np.floating]


def activity_of(run: ForwardPass, topology: Topology) -> Activity:
    """Return the activity of a forward pass."""
    names = ["input", *(layer.name for layer in topology.layers)]
    last = topology.layers[-1]
    output = sparse.spike_matrix(run.layers[-1].fired, run.samples, last.size, np.float32)
    matrices = [*run.inputs, output]
    trains = {n: _spike_train(m, run) for n, m in zip(names, matrices, strict=True)}
    return Activity(trains, run.scores)


def _spike_train(matrix: sparse.SpikeMatrix, run: ForwardPass) -> SpikeTrain:
    order = np.arange(run.steps * run.samples).reshape(run.steps, run.samples).T.ravel()
    rows = matrix[order]
    return SpikeTrain(
        dt=run.dt,
        n_samples=run.samples,
        n_steps=run.steps,
        n_channels=matrix.shape[1],
        offsets=rows.indptr.astype(np.int64),
        channels=rows.indices.astype(np.int32),
        counts=None,
    )
