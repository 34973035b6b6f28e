"""How long training takes, by trying some batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from statistics import median

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.config.experiment import Experiment
from neurospike_cli.engine.calibration import HALVINGS
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.loading import SpikeDataset, augmented
from neurospike_cli.events.split import SplitName
from neurospike_cli.learning.rule import LearningRule
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.training.evaluation import BATCH_SIZE, evaluate

#: Batches of a phase that are timed after the first, which compiles and meets fresh memory.
TIMED_BATCHES = 7
#: No further batch is begun after this time, in s.
PATIENCE = 2.0


def training_seconds(
    experiment: Experiment,
    network: NeuroSpikeNetwork,
    train: SpikeDataset,
    samples: Mapping[SplitName, int],
) -> float:
    """Return how long all phases take with validation, without reading the data and compiling.

    Args:
        experiment: what is trained.
        network: a fresh one; it learns a little.
        train: all training samples or some, which then stand for the others.
        samples: how many there are of each split.
    """
    phases = experiment.training.phases
    batches = [
        _batch_seconds(experiment, network, rule, train, samples["train"]) for rule in phases
    ]
    each = _evaluation_seconds(network, phases[-1], train)
    return total_seconds(phases, batches, each, samples)


def total_seconds(
    phases: tuple[LearningRule, ...],
    batches: list[float],
    evaluation: float,
    samples: Mapping[SplitName, int],
) -> float:
    """Return the time of a whole training.

    Args:
        phases: the schedule.
        batches: time of a full batch of each phase, in s.
        evaluation: time to evaluate one sample, in s.
        samples: how many there are of each split.
    """
    train, validation = samples["train"], samples["validation"]
    calibration = (HALVINGS + 2) * evaluation * min(phases[0].batch_size, train)
    seconds = calibration + (train + validation) * evaluation  # the final one
    for rule, batch in zip(phases, batches, strict=True):
        updates = train / min(rule.batch_size, train)
        seconds += rule.epochs * (updates * batch + validation * evaluation)
    return seconds


def _batch_seconds(
    experiment: Experiment,
    network: NeuroSpikeNetwork,
    rule: LearningRule,
    train: SpikeDataset,
    samples: int,
) -> float:
    """Return the median time of a batch, made and learned from."""
    state = rule.start(network)
    make = partial(augmented, train, experiment.data, experiment.seed, 0)

    def learn(batch: NDArray[np.int64]) -> None:
        with np.errstate(all="ignore"):  # whether it diverges is not the question
            rule.update(network, make(batch), train.labels[batch], state)

    order = stream(experiment.seed, Purpose.SHUFFLE, 0, 0).permutation(len(train))
    size = min(rule.batch_size, samples)
    chosen = np.resize(order, (1 + TIMED_BATCHES, size))
    learn(chosen[0])
    return median(_times([partial(learn, batch) for batch in chosen[1:]]))


def _evaluation_seconds(
    network: NeuroSpikeNetwork, rule: LearningRule, train: SpikeDataset
) -> float:
    """Return the time to evaluate one sample."""
    chosen = np.resize(np.arange(len(train)), BATCH_SIZE)
    spikes, labels = train.spikes.select(chosen), train.labels[chosen]
    work = partial(evaluate, network, rule.validation_loss, spikes, labels)
    work()
    return median(_times([work] * 3)) / BATCH_SIZE


def _times(works: list[Callable[[], object]]) -> list[float]:
    """Return how long each takes, of as many as there is patience for, in s."""
    times: list[float] = []
    for work in works:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
        if sum(times) > PATIENCE:
            break
    return times
