"""From an experiment to its data and its network, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neurospike_cli.config.experiment import Experiment
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.loading import load_split
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.events.split import SplitName
from neurospike_cli.network.sketch import sketch_topology
from neurospike_cli.network.topology import Topology

#: What training reads; the test split is `evaluate`'s.
TRAINING_SPLITS: tuple[SplitName, ...] = ("train", "validation")


@dataclass(frozen=True)
class Prepared:
    """The splits that were read, by name, and a fresh network."""

    data: Mapping[str, SpikeDataset]
    network: NeuroSpikeNetwork


def prepare(experiment: Experiment, splits: tuple[SplitName, ...]) -> Prepared:
    """Read the named splits and build the network.

    Raises:
        DataError: the data is missing, damaged or too small.
    """
    source, seed = experiment.data, experiment.seed
    data: dict[str, SpikeDataset] = {n: load_split(source, n, seed) for n in splits}
    return Prepared(data, build_network(experiment))


def expected_topology(experiment: Experiment) -> Topology:
    """Return the extent of the experiment's topology, drawing no connections."""
    source = experiment.data
    inputs, outputs = source.encoder.channels(*source.input_size), len(source.class_names())
    return sketch_topology(experiment.network, inputs, outputs, source.encoder.dt)


def build_network(experiment: Experiment) -> NeuroSpikeNetwork:
    """Return the experiment's network with fresh weights."""
    source = experiment.data
    return NeuroSpikeNetwork.from_parameters(
        experiment.network,
        inputs=source.encoder.channels(*source.input_size),
        outputs=len(source.class_names()),
        seed=experiment.seed,
        dtype=experiment.precision,
        engine=experiment.engine,
        dt=source.encoder.dt,
    )
