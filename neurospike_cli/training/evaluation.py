"""How a network does on a split, without changing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.engine import ForwardPass
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.losses.loss import Loss
from neurospike_cli.metrics.classification import confusion_matrix, synaptic_operations
from neurospike_cli.training.epoch import batches

#: Samples per forward pass; bounds the memory, changes no result.
BATCH_SIZE = 64


@dataclass(frozen=True)
class Evaluation:
    """Results of a split; means are per sample, `active_fraction` is per layer.

    Attributes:
        accuracy: share of samples whose class has the most spikes.
        loss: mean loss.
        confusion: samples by true class (row) and predicted class (column).
        predicted: the predicted class of every sample.
        spikes: mean number of spikes of all neurons.
        active_fraction: share of each layer's neurons that fired at least once.
        operations: mean number of synaptic operations.
    """

    accuracy: float
    loss: float
    confusion: NDArray[np.int64]
    predicted: NDArray[np.int64]
    spikes: float
    active_fraction: dict[str, float]
    operations: float

    def as_document(self, classes: Sequence[str]) -> dict[str, Any]:
        """Return what `evaluation/<split>.json` holds."""
        return {
            "accuracy": self.accuracy,
            "loss": self.loss,
            "samples": len(self.predicted),
            "classes": list(classes),
            "confusion": self.confusion.tolist(),
            "spikes_per_sample": self.spikes,
            "active_fraction": self.active_fraction,
            "synaptic_operations": self.operations,
        }


class Samples(Protocol):
    """What gives the spikes of some samples: a data set, or a spike train of all of them."""

    def select(self, samples: NDArray[np.int64], /) -> SpikeTrain:
        """Return the given samples, in the given order."""


def evaluate(
    network: NeuroSpikeNetwork, loss: Loss, data: Samples, labels: NDArray[np.int64]
) -> Evaluation:
    """Run every sample once and return the results.

    Args:
        network: with the weights to test.
        loss: the loss to report.
        data: the samples; they are asked for batch by batch.
        labels: their classes.
    """
    counts = {name: np.zeros(size, np.int64) for name, size in _sizes(network).items()}
    predicted, total = [], 0.0
    for batch in batches(np.arange(len(labels)), BATCH_SIZE):
        scores = _scores(network, data.select(batch), counts)
        predicted.append(scores.argmax(axis=1))
        total += loss.evaluate(scores, labels[batch])[0]
    n, topology = max(1, len(labels)), network.topology
    guess = np.concatenate(predicted)
    layers = {layer.name: counts[layer.name] for layer in topology.layers}
    return Evaluation(
        accuracy=float((guess == labels).mean()),
        loss=total / n,
        confusion=confusion_matrix(labels, guess, topology.outputs),
        predicted=guess,
        spikes=sum(int(c.sum()) for c in layers.values()) / n,
        active_fraction={name: float((c > 0).mean()) for name, c in layers.items()},
        operations=synaptic_operations(topology, counts) / n,
    )


def _scores(
    network: NeuroSpikeNetwork, batch: SpikeTrain, counts: dict[str, NDArray[np.int64]]
) -> NDArray[np.floating]:
    """Run a batch and add its spikes to `counts`; nothing else of it is there afterwards."""
    run = network.run(batch)
    _add_spikes(counts, run)
    return run.scores


def _sizes(network: NeuroSpikeNetwork) -> dict[str, int]:
    layers = {layer.name: layer.size for layer in network.topology.layers}
    return {"input": network.topology.input_size} | layers


def _add_spikes(counts: dict[str, NDArray[np.int64]], run: ForwardPass) -> None:
    """Add the spikes of each neuron; an input entry that stands for n events counts n times."""
    names = list(counts)
    counts[names[0]] += run.batch.channel_counts().sum(axis=0)
    for i, name in enumerate(names[1:]):
        counts[name] += run.spikes(i).channel_counts().sum(axis=0)
