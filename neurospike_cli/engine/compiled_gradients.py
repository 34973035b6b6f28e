"""From the gradient of the currents to that of the weights, in the compiled engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from neurospike_cli.engine.compiled_layer import LayerRun, pairs_of
from neurospike_cli.engine.engine import BatchSize, Gradient, Needs, Weights
from neurospike_cli.engine.kernels import delayed, weight_gradients
from neurospike_cli.engine.kernels.layouts import Events, Transposed
from neurospike_cli.engine.kernels.weight_gradients import GATHER
from neurospike_cli.engine.threads import Task, dealt_out, shared_out
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats

#: Bytes of the currents' gradient that are worked on at a time, less than a core's own cache.
CACHED = 400_000
#: Events of a channel that are worth a visit to its row of the weights' gradient.
VISIT = 8
#: What an event's turn in the transposition costs, in multiplications.
TRANSPOSING = 20


def gradients(
    layers: Sequence[Layer],
    weights: Weights,
    runs: Sequence[LayerRun],
    trained: frozenset[str],
    workspace: Workspace,
) -> dict[str, Gradient]:
    """Return the gradients of the weights in `trained`.

    Args:
        layers, weights: the network.
        runs: what each layer did, after the way back.
        trained: names of weight arrays.
        workspace: memory for the gradients.
    """
    # What one layer fires arrives at the next: one transposition serves both.
    trains: dict[int, tuple[Events, int]] = {}
    for layer, own in zip(layers, runs, strict=True):
        if layer.weight in trained:
            trains[id(own.arrived)] = own.arrived, layer.inputs
        if _learns_recurrence(layer, trained):
            trains[id(own.fired)] = own.fired, layer.size
    by_channel = _by_channel(trains)
    found: dict[str, Gradient] = {}
    tasks: list[Task] = []
    for layer, own in zip(layers, runs, strict=True):
        if layer.weight in trained:
            spikes, delta, n_steps = (
                by_channel[id(own.arrived)],
                own.record.distance,
                own.batch.n_steps,
            )
            found[layer.weight], task = _input_gradient(layer, spikes, delta, n_steps, workspace)
            tasks.append(task)
        if _learns_recurrence(layer, trained):
            spikes = by_channel[id(own.fired)]
            found[layer.recurrent_weight], task = _recurrent_gradient(layer, weights, spikes, own)
            tasks.append(task)
    shared_out(tasks)
    return found


def _learns_recurrence(layer: Layer, trained: frozenset[str]) -> bool:
    return layer.recurrent is not None and layer.recurrent_weight in trained


def gradient_bytes(layer: Layer, spikes: int, batch: BatchSize) -> Needs:
    """Return what `input_gradient` and the gradient of recurrent weights allocate.

    Args:
        layer: whose weights learn.
        spikes: how many arrive at it.
        batch: the size of the batch.
    """
    pairs = layer.connections - layer.inputs * layer.size
    gradient = batch.numbers(min(layer.inputs, spikes) * layer.size)
    # Rows and counts of the spikes by channel, and where each channel's begin.
    by_channel = 12 * max(spikes, batch.spikes(layer.size)) + 16 * layer.inputs
    return Needs(
        kept={f"{layer.name}.gradient of weights": gradient},
        passing={
            "transposed spikes": by_channel,
            f"{layer.name}.gradient of recurrent weights": batch.numbers(pairs),
        },
    )


def _by_channel(trains: Mapping[int, tuple[Events, int]]) -> dict[int, Transposed]:
    """Return spikes by channel; `trains` are events and how many channels they have, by a key."""
    found: dict[int, Transposed] = {}

    def work(key: int, events: Events, channels: int) -> None:
        found[key] = weight_gradients.transpose(events, channels)

    works = []
    for key, (events, channels) in trains.items():
        spikes = int((events.stops - events.starts).sum())
        works.append((partial(work, key, events, channels), TRANSPOSING * spikes + channels))
    dealt_out(works)
    return found


def _input_gradient(
    layer: Layer, by_channel: Transposed, delta: Floats, n_steps: int, workspace: Workspace
) -> tuple[Gradient, Task]:
    """Return the gradient of the rows of the channels that fired, and the task that fills it."""
    lengths = np.diff(by_channel.offsets)
    active, spikes = np.flatnonzero(lengths), int(by_channel.offsets[-1])
    values = workspace.take(f"{layer.name}.gradient", (len(active), layer.size), delta.dtype)
    cached = CACHED // (layer.size * delta.itemsize)
    block = max(1, cached, VISIT * len(delta) * len(active) // max(1, spikes))
    delays = layer.delays

    def some_rows(first: int, last: int) -> None:
        if delays is None:
            weight_gradients.weight_gradient(by_channel, active, delta, values, block, first, last)
        else:
            delayed.weight_gradient(by_channel, active, delays, delta, values, n_steps, first, last)

    before = np.zeros(len(active) + 1, np.int64)
    np.cumsum(lengths[active] * layer.size, out=before[1:])
    return Gradient(values, active), Task(some_rows, before)


def _recurrent_gradient(
    layer: Layer, weights: Weights, by_neuron: Transposed, own: LayerRun
) -> tuple[Gradient, Task]:
    """Return the gradient of the recurrent weights, and the task that fills it.

    Args:
        layer, weights: the layer.
        by_neuron: the spikes that it fired.
        own: what it did, after the way back.
    """
    pairs, delta, n_steps = pairs_of(layer, weights), own.record.distance, own.batch.n_steps
    values = np.empty_like(pairs.weights)

    def some_rows(first: int, last: int) -> None:
        weight_gradients.pair_gradient(by_neuron, pairs, delta, n_steps, values, first, last)

    spikes = np.tile(np.diff(by_neuron.offsets), len(pairs.delays))
    before = np.zeros(len(pairs.indptr), np.int64)
    each = np.minimum(GATHER * np.diff(pairs.indptr), layer.size)
    np.cumsum(spikes * each, out=before[1:])
    return Gradient(values), Task(some_rows, before)
