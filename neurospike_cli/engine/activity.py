"""What a batch made the network do, as sparse spike trains in the order (sample, step)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.engine import ForwardPass
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Topology


@dataclass(frozen=True)
class Activity:
    """Spikes of the input and of every layer by name, and the readout's scores."""

    spikes: dict[str, SpikeTrain]
    scores: NDArray[np.floating]


def activity_of(run: ForwardPass, topology: Topology) -> Activity:
    """Return the activity of a forward pass."""
    layers = {layer.name: run.spikes(i) for i, layer in enumerate(topology.layers)}
    return Activity({"input": run.batch} | layers, run.scores)
