"""How long training takes, by trying some batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.atomic import write_with
from neurospike_cli.config.experiment import Experiment
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.split import SplitName
from neurospike_cli.learning.rule import LearningRule
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.training.evaluation import BATCH_SIZE, evaluate

#: Batches of a phase that are timed after the first, which compiles and meets fresh memory.
TIMED_BATCHES = 7
#: No further batch is begun after this time, in s.
PATIENCE = 2.0
#: Checkpoints of an epoch: the last always, the best about every second time.
CHECKPOINTS = 1.5
#: What is written to time writing, in bytes.
WRITTEN = 16 * 2**20


@dataclass(frozen=True)
class Times:
    """What was timed, in s.

    Attributes:
        calibration: scaling the fresh weights.
        batches: a full batch of each phase.
        checkpoints: a checkpoint of each phase.
        sample: evaluating one sample.
    """

    calibration: float
    batches: tuple[float, ...]
    checkpoints: tuple[float, ...]
    sample: float

    def total(self, phases: tuple[LearningRule, ...], samples: Mapping[SplitName, int]) -> float:
        """Return the time of a whole training, in s.

        Args:
            phases: the schedule.
            samples: how many there are of each split.
        """
        train, validation = samples["train"], samples["validation"]
        seconds = self.calibration + (train + validation) * self.sample  # at the end
        for rule, batch, checkpoint in zip(phases, self.batches, self.checkpoints, strict=True):
            updates = train / min(rule.samples_per_update, train)
            epoch = updates * batch + validation * self.sample + CHECKPOINTS * checkpoint
            seconds += rule.epochs * epoch
        return seconds


@dataclass(frozen=True)
class _Chosen:
    """Some samples of a data set, perhaps more than once, as one of their own."""

    data: SpikeDataset
    chosen: NDArray[np.int64]

    def select(self, samples: NDArray[np.int64]) -> SpikeTrain:
        """Return the given ones, made when they are asked for."""
        return self.data.select(self.chosen[samples])


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
    phases, most = experiment.training.phases, samples["train"]
    calibration = _calibration_seconds(
        experiment, network, train, min(phases[0].samples_per_update, most)
    )
    tried = [_phase_seconds(experiment, network, rule, train, most) for rule in phases]
    batches, checkpoints = zip(*tried, strict=True)
    sample = _sample_seconds(network, phases[-1], train)
    return Times(calibration, batches, checkpoints, sample).total(phases, samples)


def _calibration_seconds(
    experiment: Experiment, network: NeuroSpikeNetwork, train: SpikeDataset, size: int
) -> float:
    batch = train.select(_order(experiment, train, size))
    network.engine.forward(network.topology, network.weights, batch, network.workspace)  # compiles
    return _times([partial(network.calibrate, batch)])[0]


def _order(experiment: Experiment, train: SpikeDataset, count: int) -> NDArray[np.int64]:
    """Return `count` samples in the order of training; again from the start if there are fewer."""
    rng = stream(experiment.seed, Purpose.SHUFFLE, 0, 0)
    return np.resize(rng.permutation(len(train)), count)


def _phase_seconds(
    experiment: Experiment,
    network: NeuroSpikeNetwork,
    rule: LearningRule,
    train: SpikeDataset,
    samples: int,
) -> tuple[float, float]:
    """Return the median time of a batch, made and learned from, and that of a checkpoint."""
    state = rule.start(network)

    def learn(batch: NDArray[np.int64]) -> None:
        with np.errstate(all="ignore"):  # whether it diverges is not the question
            rule.update(network, train.drawn(batch, 0), train.labels[batch], state, 0.0)

    size = min(rule.samples_per_update, samples)
    chosen = _order(experiment, train, (1 + TIMED_BATCHES) * size).reshape(-1, size)
    learn(chosen[0])
    arrays = (*network.weights.values(), *state.values())
    writing = _writing_seconds(sum(array.nbytes for array in arrays))
    return median(_times([partial(learn, batch) for batch in chosen[1:]])), writing


def _sample_seconds(network: NeuroSpikeNetwork, rule: LearningRule, train: SpikeDataset) -> float:
    """Return the time to evaluate one sample."""
    chosen = np.resize(np.arange(len(train)), BATCH_SIZE)
    data, labels = _Chosen(train, chosen), train.labels[chosen]
    work = partial(evaluate, network, rule.validation_loss, data, labels)
    work()
    return median(_times([work] * 3)) / BATCH_SIZE


def _writing_seconds(size: int) -> float:
    """Return the time to write a file of `size` bytes, from that of its beginning."""
    beginning = np.zeros(min(size, WRITTEN), np.uint8)
    with TemporaryDirectory() as folder:
        fill = partial(np.savez, allow_pickle=False, array=beginning)
        (seconds,) = _times([partial(write_with, Path(folder) / "array.npz", fill)])
    return seconds * size / len(beginning)


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
