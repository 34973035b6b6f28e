"""The Python API's trainer: the same epochs and evaluation as the command line, on lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork, lasting
from neurospike_cli.errors import UsageError
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.rule import LearningRule
from neurospike_cli.learning.surrogate_gradient import SurrogateGradient
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.training.epoch import batches, train_batches
from neurospike_cli.training.evaluation import evaluate

Samples = Sequence[tuple[SpikeTrain, int]]


class Trainer:
    """Trains a network on (spike train, label) pairs.

    Args:
        network: changed in place.
        rule: the learning rule; surrogate gradients with their defaults where absent.
        seed: shuffles the samples.
    """

    def __init__(
        self, network: NeuroSpikeNetwork, rule: LearningRule | None = None, *, seed: int = 0
    ) -> None:
        self.network = network
        self.rule = SurrogateGradient() if rule is None else rule
        self.seed = seed
        self.epochs_done = 0
        self._state = self.rule.start(network)

    def train_epoch(self, samples: Samples, duration: float | None = None) -> tuple[float, float]:
        """Train one epoch and return mean loss and accuracy as they were met on the way.

        Args:
            samples: the training data.
            duration: time to simulate in ms; without it, the trains' own.

        Raises:
            UsageError: there are no samples, or one does not fit the network.
            DivergedError: the loss or a weight is not finite.
        """
        spikes, labels = self._stack(samples, duration)
        rng = stream(self.seed, Purpose.SHUFFLE, 0, self.epochs_done)
        chosen = batches(rng.permutation(len(labels)), self.rule.samples_per_update)
        learner = self.network, self.rule, self._state
        turns = [(batch, 0.0) for batch in chosen]
        results = list(train_batches(*learner, spikes.select, labels, turns))
        self.epochs_done += 1
        loss, correct = sum(r.loss for r in results), sum(r.correct for r in results)
        return loss / len(labels), correct / len(labels)

    def evaluate(
        self, samples: Samples, duration: float | None = None
    ) -> tuple[float, float, dict[str, Any]]:
        """Return mean loss, accuracy and the metrics of `evaluation/<split>.json`."""
        spikes, labels = self._stack(samples, duration)
        result = evaluate(self.network, self.rule.validation_loss, spikes, labels)
        classes = [str(i) for i in range(self.network.topology.outputs)]
        return result.loss, result.accuracy, result.as_document(classes)

    def _stack(
        self, samples: Samples, duration: float | None
    ) -> tuple[SpikeTrain, NDArray[np.int64]]:
        if not samples:
            raise UsageError("no samples: give at least one (spike train, label) pair")
        inputs = self.network.topology.input_size
        classes = self.network.topology.outputs
        for i, (train, label) in enumerate(samples):
            if train.n_channels != inputs or not 0 <= label < classes:
                raise UsageError(
                    f"sample {i} has {train.n_channels} channels and label {label}; "
                    f"the network takes {inputs} channels and labels 0..{classes - 1}"
                )
        trains = [lasting(train, duration) for train, _ in samples]
        longest = max(train.n_steps for train in trains)
        spikes = SpikeTrain.batch([train.with_steps(longest) for train in trains])
        return spikes, np.array([label for _, label in samples], dtype=np.int64)
