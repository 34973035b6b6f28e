"""What a config will cost, before it runs: sizes, memory, and time by trying some batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from neurospike_cli.config.experiment import Experiment
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.events.loading import load_sample
from neurospike_cli.events.split import SplitName
from neurospike_cli.network.statistics import topology_statistics
from neurospike_cli.network.topology import Topology
from neurospike_cli.training.duration import training_seconds
from neurospike_cli.training.layer_facts import facts_of
from neurospike_cli.training.machine import available_bytes
from neurospike_cli.training.memory import SAMPLE, Memory, baseline, predict
from neurospike_cli.training.preparation import Prepared, build_network, expected_topology

Say = Callable[[str], None]


@dataclass(frozen=True)
class Cost:
    """What training will take.

    Attributes:
        memory: predicted.
        available: what this process can have, in bytes.
        seconds: predicted; None where memory is short and nothing was tried.
    """

    memory: Memory
    available: int
    seconds: float | None

    @property
    def fits(self) -> bool:
        """Whether there is memory enough."""
        return self.memory.peak <= self.available

    def facts(self, experiment: Experiment) -> dict[str, str]:
        """Return memory and time in words."""
        memory = f"about {self.memory.peak / 1e6:,.0f} MB at the peak: {self.memory}"
        if not self.fits:
            free = f"{self.available / 1e6:,.0f} MB are available"
            memory = f"{memory}; only {free}: training will not start"
        epochs = sum(rule.epochs for rule in experiment.training.phases)
        seconds = "not tried"
        if self.seconds is not None:
            seconds = f"about {self.seconds:,.1f} s for {epochs} epochs on this machine"
        return {"memory": memory, "training": seconds}


def estimate(experiment: Experiment, say: Say) -> dict[str, Any]:
    """Return layers, parameters, memory and training time; reads a few recordings.

    Args:
        experiment: what would be trained.
        say: hears if something has to be compiled.
    """
    engine, source = engine_named(experiment.engine), experiment.data
    process, samples = baseline(experiment, engine), _samples(experiment)
    train = load_sample(source, "train", experiment.seed, SAMPLE)
    memory = predict(experiment, engine, process, train, samples)
    cost = Cost(memory, available_bytes(), None)
    topology, statistics = expected_topology(experiment), dict[str, str]()
    if cost.fits:
        network = build_network(experiment)
        topology = network.topology
        with network.telling_of_compilation(say):
            seconds = training_seconds(experiment, network, train, samples)
        cost = Cost(memory, cost.available, seconds)
        statistics = facts_of(topology_statistics(topology))
    sizes = _sizes(experiment, topology, samples)
    return sizes | statistics | {"engine": engine.name} | cost.facts(experiment)


def estimate_loaded(experiment: Experiment, prepared: Prepared, process: int, say: Say) -> Cost:
    """Return the cost of training on data that is there.

    Args:
        experiment: what would be trained.
        prepared: its data and its network, which learns a little.
        process: the baseline of `memory.py`, from before the data was read.
        say: hears if something has to be compiled.
    """
    network, train, samples = prepared.network, prepared.data["train"], _samples(experiment)
    memory = predict(experiment, network.engine, process, train, samples)
    with network.telling_of_compilation(say):
        seconds = training_seconds(experiment, network, train, samples)
    return Cost(memory, available_bytes(), seconds)


def _samples(experiment: Experiment) -> dict[SplitName, int]:
    partition = experiment.data.partition(experiment.seed)
    return {name: len(part) for name, part in partition.items()}


def _sizes(
    experiment: Experiment, topology: Topology, samples: Mapping[SplitName, int]
) -> dict[str, Any]:
    source, encoder = experiment.data, experiment.data.encoder
    width, height = source.sensor_size
    facts: dict[str, Any] = {
        "name": experiment.name,
        "data": f"{source.component_name}, {len(source.class_names())} classes",
        "sensor": f"{width} x {height} px, {topology.input_size} channels",
        "recordings": ", ".join(f"{name} {n}" for name, n in samples.items()),
        "steps": f"{encoder.steps(source.duration)} of {encoder.dt:g} ms",
    }
    for layer in topology.layers:
        facts[layer.name] = f"{layer.size} neurons, {layer.connections:,} connections"
    return facts | {"connections": f"{topology.connections:,}"}
