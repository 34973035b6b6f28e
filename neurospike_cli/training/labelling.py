"""What a readout learns from training samples: labels of neurons that learned without any."""

from __future__ import annotations

import numpy as np

from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.training.epoch import batches
from neurospike_cli.training.evaluation import BATCH_SIZE


def fit_readout(network: NeuroSpikeNetwork, train: SpikeDataset) -> None:
    """Show the readout training samples with all weights at rest, if it wants to see any.

    Args:
        network: its readout's arrays change in place.
        train: the training split; samples are taken evenly from it, and so from all classes.
    """
    readout = network.topology.readout
    count = min(readout.samples_to_fit, len(train))
    if not count:
        return
    samples = np.linspace(0, len(train) - 1, count).astype(np.int64)
    last = len(network.topology.layers) - 1
    counts = [
        network.run(train.select(batch)).spikes(last).channel_counts()
        for batch in batches(samples, BATCH_SIZE)
    ]
    readout.fit(np.concatenate(counts), train.labels[samples], network.weights)
