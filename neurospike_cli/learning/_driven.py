"""A layer that learns from spikes on both sides that are given, run by an engine."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.plasticity import Memory
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning._plastic_rule import PlasticRule
from neurospike_cli.learning.stdp import STDP
from neurospike_cli.network.layers import AdaptiveThreshold
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.neurons.neuron_model import Floats

Counts = NDArray[np.integer]

#: No sum of weights reaches this threshold, which a current of twice the distance always does.
NEURON = LIFNeuron(v_rest=0.0, v_thresh=1e5, refractory_period=0.0)
FORCE = 2e5


def at(steps: Iterable[int], n_steps: int) -> Counts:
    """Return a train that spikes in `steps`, as often as they are named, (step, 1)."""
    return np.bincount(np.asarray(list(steps), np.int64), minlength=n_steps)[:, None]


def learned(
    engine: str,
    rule: PlasticRule,
    pre: Counts,
    post: Counts,
    first: Floats,
    *,
    dt: float = 1.0,
    delay: int = 0,
    norm: float = 0.0,
    factor: float = 1.0,
) -> Floats:
    """Return the weights after a layer has learned from samples, (input, neuron), in mV.

    Args:
        engine: name of the engine.
        rule: how it learns.
        pre: spikes that each input sends, (sample, step, input) or (step, input).
        post: 1 where a neuron is made to spike, (sample, step, neuron) or (step, neuron).
        first: the weights before, (input, neuron).
        dt: width of a step, in ms.
        delay: steps from the sending of a spike to its arrival.
        norm: what normalization aims at, in mV.
        factor: of the amplitudes.
    """
    inputs, size = first.shape
    layer = Layer("plastic", inputs, size, NEURON, delay=delay)
    weights: dict[str, Floats] = {layer.weight: first.copy()}
    return _run(engine, rule, layer, pre, FORCE * post, weights, dt, norm, factor)


def thresholds(
    engine: str, moving: AdaptiveThreshold, drive: Floats, dt: float = 1.0
) -> tuple[Floats, Floats]:
    """Return what a drive adds to the thresholds, in mV, and how many spikes came, each (neuron,).

    Args:
        engine: name of the engine.
        moving: of the neurons, which are `NEURON`.
        drive: in mV, (sample, step, neuron).
        dt: width of a step, in ms.
    """
    size = drive.shape[-1]
    layer = Layer("moving", 1, size, NEURON, adaptive_threshold=moving)
    weights: dict[str, Floats] = {layer.weight: np.zeros((1, size)), layer.theta: np.zeros(size)}
    pre = np.zeros((*drive.shape[:-1], 1), np.int64)
    memory = _memory(STDP(), size)
    _run(engine, STDP(), layer, pre, drive, weights, dt, memory=memory)
    return weights[layer.theta], np.asarray(memory.spikes)


def _run(
    engine: str,
    rule: PlasticRule,
    layer: Layer,
    pre: Counts,
    drive: Floats,
    weights: dict[str, Floats],
    dt: float,
    norm: float = 0.0,
    factor: float = 1.0,
    memory: Memory | None = None,
) -> Floats:
    spikes = _train(pre.reshape(-1, *pre.shape[-2:]), dt)
    upkeep = rule.upkeep_of(layer, {f"{layer.name}.norm": np.full(1, norm)})
    given = np.asarray(drive.reshape(-1, *drive.shape[-2:]), np.float64)
    engine_named(engine).learn_layer(
        layer,
        weights,
        spikes,
        rule.plan(layer, dt, spikes.n_steps, factor, upkeep),
        weights[layer.weight],
        _memory(rule, layer.size) if memory is None else memory,
        Workspace(),
        given,
    )
    return weights[layer.weight]


def _memory(rule: PlasticRule, size: int) -> Memory:
    scaling = rule.synaptic_scaling
    rate = 0.0 if scaling is None else scaling.target_rate
    return Memory(np.full(size, rate), np.zeros(size), np.zeros(1))


def _train(counts: Counts, dt: float) -> SpikeTrain:
    """Return the spikes of samples, (sample, step, channel), as an engine takes them."""
    _, n_steps, n_channels = counts.shape
    trains = []
    for sample in counts:
        steps, channels = np.nonzero(sample)
        times = sample[steps, channels]
        trains.append(
            SpikeTrain.from_pairs(
                np.repeat(steps, times),
                np.repeat(channels, times),
                dt=dt,
                n_steps=n_steps,
                n_channels=n_channels,
                count=True,
            )
        )
    return SpikeTrain.batch(trains)
