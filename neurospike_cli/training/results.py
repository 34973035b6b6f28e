"""What a finished training leaves for people and figures: numbers, network, recorded activity."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.atomic import write_json, write_with
from neurospike_cli.config.experiment import Experiment
from neurospike_cli.engine.activity import activity_of
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.network.statistics import topology_statistics
from neurospike_cli.runs.checkpoint import Progress
from neurospike_cli.runs.directory import RunDirectory
from neurospike_cli.runs.documents import read_summary
from neurospike_cli.training.evaluation import evaluate
from neurospike_cli.training.preparation import Prepared


def write_results(
    run: RunDirectory, experiment: Experiment, prepared: Prepared, progress: Progress
) -> None:
    """Evaluate the splits that were trained on and selected by, and write what figures need."""
    topology = prepared.network.topology
    summary: dict[str, Any] = {
        "name": experiment.name,
        "seed": experiment.seed,
        "epochs": progress.epochs_done,
        "best_epoch": progress.best_epoch,
        "neurons": topology.neurons,
        "connections": topology.connections,
        "splits": {},
    }
    write_json(run.summary, summary)
    write_json(run.network, network_document(experiment, prepared.network))
    for split, data in prepared.data.items():
        evaluate_split(run, experiment, prepared.network, split, data)
    record_activity(run, prepared.network, prepared.data["validation"])


def evaluate_split(
    run: RunDirectory,
    experiment: Experiment,
    network: NeuroSpikeNetwork,
    split: str,
    data: SpikeDataset,
    **more: float,
) -> dict[str, Any]:
    """Evaluate `data`, write it to `evaluation/<split>.json` and the summary, and return it.

    Args:
        run, experiment, network: what to test.
        split, data: on what.
        more: further numbers to keep beside, e.g. the yardstick's accuracy.
    """
    loss = experiment.training.phases[-1].validation_loss
    result = evaluate(network, loss, data, data.labels)
    document = result.as_document(data.class_names) | more
    write_json(run.evaluation(split), document)
    summary = read_summary(run)
    summary["splits"][split] = document
    write_json(run.summary, summary)
    return document


def network_document(experiment: Experiment, network: NeuroSpikeNetwork) -> dict[str, Any]:
    """Return what `network.json` holds: the input's layout and every layer."""
    source, encoder = experiment.data, experiment.data.encoder
    width, height = encoder.grid(*source.input_size)
    numbers = topology_statistics(network.topology)
    layers = [
        {
            "name": layer.name,
            "inputs": layer.inputs,
            "size": layer.size,
            "model": layer.neuron.component_name,
            "connections": layer.connections,
            "recurrent_connections": layer.connections - layer.inputs * layer.size,
            "mean_weight": float(network.weights[layer.weight].mean(dtype=np.float64)),
            "neuron": layer.neuron.model_dump(),
            "topology": numbers[layer.name],
        }
        for layer in network.topology.layers
    ]
    size = network.topology.input_size
    shape = {"size": size, "width": width, "height": height, "planes": list(encoder.planes)}
    return {"input": shape, "layers": layers, "classes": list(source.class_names())}


def record_activity(run: RunDirectory, network: NeuroSpikeNetwork, data: SpikeDataset) -> None:
    """Write the spikes that the first sample of each class causes to `activity.npz`."""
    _, first = np.unique(data.labels, return_index=True)
    forward = network.run(data.select(first))
    activity = activity_of(forward, network.topology)
    arrays: dict[str, NDArray[Any]] = {
        "dt": np.array(forward.batch.dt),
        "n_steps": np.array(forward.batch.n_steps),
        "labels": data.labels[first],
        "predicted": forward.scores.argmax(axis=1),
    }
    pictures = data.pictures(first)
    if pictures is not None:
        arrays["pictures"] = pictures
    for name, train in activity.spikes.items():
        arrays[f"{name}.offsets"] = train.offsets
        arrays[f"{name}.channels"] = train.channels
        arrays[f"{name}.size"] = np.array(train.n_channels)
    write_with(run.activity, lambda file: np.savez_compressed(file, allow_pickle=False, **arrays))
