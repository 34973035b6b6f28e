"""Numbers that describe how a split was classified and what it cost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.topology import Topology


def confusion_matrix(
    truth: NDArray[np.int64], predicted: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """Return how often each true class (row) was taken for each class (column)."""
    flat = np.bincount(truth * classes + predicted, minlength=classes * classes)
    return flat.reshape(classes, classes)


def synaptic_operations(topology: Topology, spikes: Mapping[str, NDArray[np.int64]]) -> int:
    """Return Σ over neurons of spikes x fan-out (Merolla et al. 2014).

    Args:
        topology: the network.
        spikes: spikes per neuron of ``input`` and of every layer by name.
    """
    total, source = 0, spikes["input"]
    for layer in topology.layers:
        total += int(source.sum()) * layer.size
        source = spikes[layer.name]
        if layer.recurrent is not None:
            total += int((source * layer.recurrent.fan_out).sum())
    return total
