"""A finished run on a split of its data: the metrics, and the yardstick beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.config.experiment import Experiment
from neurospike_cli.config.load import load_experiment
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.loading import load_split
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.events.split import SplitName
from neurospike_cli.metrics.yardstick import linear_classifier
from neurospike_cli.runs.directory import RunDirectory
from neurospike_cli.runs.manifest import check_file, update_manifest
from neurospike_cli.training.epoch import batches
from neurospike_cli.training.evaluation import BATCH_SIZE
from neurospike_cli.training.preparation import build_network
from neurospike_cli.training.results import evaluate_split

#: From how many training samples the linear classifier learns, at most: 51,000 images took it half
#: a minute.
YARDSTICK_SAMPLES = 10_000
#: The single numbers that `evaluate_run` returns, on which a gate can stand.
METRICS = (
    *("accuracy", "loss", "samples", "spikes_per_sample"),
    *("synaptic_operations", "yardstick_accuracy"),
)


def trained_network(run: RunDirectory, experiment: Experiment) -> NeuroSpikeNetwork:
    """Return the network of a run with its best weights.

    Raises:
        DataError: the weights are missing, were changed, or belong to another network.
    """
    check_file(run, run.weights)
    network = build_network(experiment)
    network.load_weights(run.weights)
    return network


def evaluate_run(
    run: RunDirectory,
    split: SplitName,
    overrides: Sequence[str] = (),
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """Evaluate a run on a split of its data, write the metrics into the run and return them.

    Args:
        run: a finished run.
        split: ``train``, ``validation`` or ``test``.
        overrides: changes to the run's config, e.g. another folder of recordings.
        say: hears if something has to be compiled.

    Raises:
        DataError: data or weights are missing or damaged.
        ConfigError: an override is wrong.
    """
    experiment = load_experiment(run.config, overrides).experiment
    network = trained_network(run, experiment)
    data = load_split(experiment.data, split, experiment.seed)
    train = load_split(experiment.data, "train", experiment.seed)
    yardstick = _yardstick(train, data)
    with network.telling_of_compilation(say):
        document = evaluate_split(
            run, experiment, network, split, data, yardstick_accuracy=yardstick
        )
    update_manifest(run, data={split: data.sha256})
    return document


def _yardstick(train: SpikeDataset, data: SpikeDataset) -> float:
    """Return the linear accuracy, learned from training samples taken evenly from the split."""
    count = min(YARDSTICK_SAMPLES, len(train))
    chosen = np.linspace(0, len(train) - 1, count).astype(np.int64)
    seen = np.concatenate([_counts(train, batch) for batch in batches(chosen, BATCH_SIZE)])
    classify = linear_classifier(seen, train.labels[chosen])
    # Batch by batch: all counts of a large split on a large sensor would not fit into memory.
    every = batches(np.arange(len(data)), BATCH_SIZE)
    right = sum(int((classify(_counts(data, b)) == data.labels[b]).sum()) for b in every)
    return right / len(data)


def _counts(data: SpikeDataset, samples: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the events of each channel, (sample, channel)."""
    return data.select(samples).channel_counts().astype(np.float64)
