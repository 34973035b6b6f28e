"""What a config will cost, before it runs: sizes, memory, and time by trying one batch."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from neurospike_cli.config.experiment import Experiment
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.rule import LearningRule
from neurospike_cli.network.statistics import topology_statistics
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.training.layer_facts import facts_of
from neurospike_cli.training.preparation import build_network

#: Share of the channels that spike in a step of the batch that is tried.
ACTIVITY = 0.02
#: Arrays the size of the weights: weights, gradients and two moments.
WEIGHT_COPIES = 4
#: Arrays of (step, sample, neuron): the membrane and the gradient of each layer.
STATE_COPIES = 2


def estimate(experiment: Experiment) -> dict[str, Any]:
    """Return layers, parameters, memory and training time; lists recordings, reads none."""
    network, source = build_network(experiment), experiment.data
    samples = {name: len(part) for name, part in source.partition(experiment.seed).items()}
    width, height = source.sensor_size
    facts: dict[str, Any] = {
        "name": experiment.name,
        "data": f"{source.component_name}, {len(source.class_names())} classes",
        "sensor": f"{width} x {height} px, {network.topology.input_size} channels",
        "recordings": ", ".join(f"{name} {n}" for name, n in samples.items()),
        "steps": f"{round(source.duration / source.encoder.dt)} of {source.encoder.dt:g} ms",
    }
    for layer in network.topology.layers:
        facts[layer.name] = f"{layer.size} neurons, {layer.connections:,} connections"
    facts |= facts_of(topology_statistics(network.topology))
    phases = experiment.training.phases
    facts["connections"] = f"{network.topology.connections:,}"
    facts["memory"] = (
        f"about {_megabytes(experiment, network):.0f} MB of weights, states and gradients"
    )
    seconds = sum(_seconds(experiment, network, rule, samples["train"]) for rule in phases)
    facts["training"] = f"about {seconds:.0f} s on this machine, at {ACTIVITY:.0%} input activity"
    return facts


def _megabytes(experiment: Experiment, network: NeuroSpikeNetwork) -> float:
    steps = round(experiment.data.duration / experiment.data.encoder.dt)
    batch = max(rule.batch_size for rule in experiment.training.phases)
    state = STATE_COPIES * steps * batch * network.topology.neurons
    numbers = state + WEIGHT_COPIES * network.topology.connections
    return numbers * network.dtype.itemsize / 1e6


def _seconds(
    experiment: Experiment, network: NeuroSpikeNetwork, rule: LearningRule, samples: int
) -> float:
    """Time a second batch: the first one calibrates."""
    batch = _random_batch(experiment, network, rule.batch_size)
    state = rule.start(network)
    labels = np.zeros(rule.batch_size, dtype=np.int64)
    rule.update(network, batch, labels, state)
    began = time.perf_counter()
    rule.update(network, batch, labels, state)
    each = time.perf_counter() - began
    return each * rule.epochs * -(-samples // rule.batch_size)


def _random_batch(experiment: Experiment, network: NeuroSpikeNetwork, size: int) -> SpikeTrain:
    encoder, channels = experiment.data.encoder, network.topology.input_size
    steps = round(experiment.data.duration / encoder.dt)
    rng = stream(experiment.seed, Purpose.NOISE, 0)
    trains = []
    for _ in range(size):
        n = rng.binomial(steps * channels, ACTIVITY)
        where = rng.integers(0, steps, n), rng.integers(0, channels, n)
        train = SpikeTrain.from_pairs(*where, dt=encoder.dt, n_steps=steps, n_channels=channels)
        trains.append(train)
    return SpikeTrain.batch(trains)
