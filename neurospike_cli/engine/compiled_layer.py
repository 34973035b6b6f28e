"""One layer in the compiled engine: arrays for its kernels, and how their work is divided.

Samples are independent of each other, and so are the rows of a weight gradient: they are divided
among threads without a trace in the bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurospike_cli.engine.compiler import declare
from neurospike_cli.engine.dense_products import dense_product
from neurospike_cli.engine.engine import BatchSize, Bytes, Gradient, Weights
from neurospike_cli.engine.kernels import backward, forward, weight_gradients
from neurospike_cli.engine.kernels.layouts import Above, Events, Fired, Pairs, Record
from neurospike_cli.engine.threads import divided
from neurospike_cli.engine.workspace import PAGE, Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats, Laws, SlopeLaw, in_type

#: Bytes of the currents' gradient that are worked on at a time, less than a core's own cache.
CACHED = 400_000
#: Events of a channel that are worth a visit to its row of the weights' gradient.
VISIT = 8


@dataclass(frozen=True)
class LayerRun:
    """What a layer did: its spikes, in both forms, and what is kept for the way back."""

    train: SpikeTrain
    fired: Fired
    record: Record


def run(
    layer: Layer,
    weights: Weights,
    spikes: SpikeTrain,
    workspace: Workspace,
    detach_reset: bool | None,
) -> LayerRun:
    weight, rows = weights[layer.weight], spikes.n_samples * spikes.n_steps
    laws = in_type(
        layer.neuron.laws(spikes.dt, detach_reset=detach_reset is not False), weight.dtype
    )
    declare(laws)
    over = (rows, layer.size) if detach_reset is not None else (0, 0)
    kept = (len(laws.initial), *over) if laws.keeps_state else (0, 0, 0)
    record = Record(
        workspace.take(f"{layer.name}.overshoot", over, weight.dtype),
        workspace.take(f"{layer.name}.states", kept, weight.dtype),
    )
    fired = room_for_spikes(rows, layer.size, layer.name, workspace)
    given = np.empty((0, 0), weight.dtype)
    shared = (laws, events_of(spikes), weight, pairs_of(layer, weights), given, record, fired)

    def some_samples(first: int, last: int) -> None:
        forward.run_samples(*shared, spikes.n_steps, first, last)

    operations = spikes.nnz * layer.size + 8 * rows * layer.size
    divided(some_samples, spikes.n_samples, operations)
    return LayerRun(train_of(fired, spikes, layer.size), fired, record)


def run_bytes(layer: Layer, batch: BatchSize, detach_reset: bool | None) -> Bytes:
    """Return what `run` allocates."""
    rows, spikes, learns = batch.rows, batch.spikes(layer.size), detach_reset is not None
    laws = layer.neuron.laws(batch.dt, detach_reset=detach_reset is not False)
    kept = len(laws.initial) if laws.keeps_state else 0
    # The spikes of a sample begin on a page of their own.
    room = min(4 * rows * layer.size, 4 * spikes + batch.samples * PAGE)
    return {
        f"{layer.name}.overshoot": batch.numbers(rows * layer.size) if learns else 0,
        f"{layer.name}.states": batch.numbers(kept * rows * layer.size) if learns else 0,
        f"{layer.name}.fired": room,
        f"{layer.name}.spikes": 4 * spikes + 24 * rows,  # channels; starts, counts, offsets
    }


def run_back(
    laws: Laws, slope: SlopeLaw, above: Above, pairs: Pairs, own: LayerRun, batch: SpikeTrain
) -> None:
    dtype = own.record.distance.dtype
    laws, slope = in_type(laws, dtype), in_type(slope, dtype)
    declare(laws)
    declare(slope)
    shared = (laws, slope, above, pairs, own.record, own.fired, batch.n_steps)

    def some_samples(first: int, last: int) -> None:
        backward.run_samples_back(*shared, first, last)

    divided(some_samples, batch.n_samples, 16 * own.record.distance.size)


def spikes_above(
    bounded: bool, delta: Floats, weight: Floats, layer: Layer, workspace: Workspace
) -> Above:
    """Return where the gradient of a layer's spikes comes from, `delta` being that above it.

    With a surrogate of bounded support it is computed where it counts, else for all at once.
    """
    if bounded:
        return nothing_above(delta.dtype)._replace(weight=weight, delta=delta)
    given = workspace.take(f"{layer.name}.spike_gradient", (len(delta), len(weight)), delta.dtype)
    dense_product(delta, weight.T, out=given)
    return nothing_above(delta.dtype)._replace(given=given)


def nothing_above(dtype: np.dtype[np.floating]) -> Above:
    empty = np.empty((0, 0), dtype)
    return Above(empty, empty, empty)


def input_gradient(
    layer: Layer, spikes: SpikeTrain, delta: Floats, workspace: Workspace
) -> Gradient:
    """Return the gradient of the rows of the channels that fired."""
    by_channel = weight_gradients.transpose(events_of(spikes), spikes.n_channels)
    active = np.flatnonzero(np.diff(by_channel.offsets))
    values = workspace.take(f"{layer.name}.gradient", (len(active), layer.size), delta.dtype)

    cached = CACHED // (layer.size * delta.itemsize)
    block = max(1, cached, VISIT * len(delta) * len(active) // max(1, spikes.nnz))

    def some_rows(first: int, last: int) -> None:
        weight_gradients.weight_gradient(by_channel, active, delta, values, block, first, last)

    share = np.concatenate([[0], np.cumsum(np.diff(by_channel.offsets)[active])])
    divided(some_rows, len(active), spikes.nnz * layer.size, share)
    return Gradient(values, active)


def gradient_bytes(layer: Layer, spikes: int, batch: BatchSize) -> Bytes:
    """Return what `input_gradient` and `recurrent_gradient` allocate.

    Args:
        layer: whose weights learn.
        spikes: how many arrive at it.
        batch: the size of the batch.
    """
    pairs = layer.connections - layer.inputs * layer.size
    gradient = min(layer.inputs, spikes) * layer.size + pairs
    # Rows and counts of the spikes by channel, and where each channel's begin.
    by_channel = 12 * max(spikes, batch.spikes(layer.size)) + 16 * layer.inputs
    return {
        f"{layer.name}.gradient of weights": batch.numbers(gradient),
        "transposed spikes": by_channel,
    }


def recurrent_gradient(layer: Layer, weights: Weights, own: LayerRun) -> Gradient:
    """Return the gradient of the recurrent weights."""
    pairs, delta = pairs_of(layer, weights), own.record.distance
    by_neuron = weight_gradients.transpose(events_of(own.train), layer.size)
    values = np.empty_like(pairs.weights)

    def some_neurons(first: int, last: int) -> None:
        weight_gradients.pair_gradient(
            by_neuron, pairs, delta, own.train.n_steps, values, first, last
        )

    operations = own.train.nnz * len(values) // layer.size
    divided(some_neurons, layer.size, operations)
    return Gradient(values)


def events_of(train: SpikeTrain) -> Events:
    counts = np.empty(0, np.int32) if train.counts is None else train.counts
    return Events(train.offsets, train.channels, counts)


def pairs_of(layer: Layer, weights: Weights) -> Pairs:
    if layer.recurrent is None:
        return no_pairs(weights[layer.weight].dtype)
    recurrent = layer.recurrent
    return Pairs(recurrent.indptr, recurrent.indices, weights[layer.recurrent_weight])


def no_pairs(dtype: np.dtype[np.floating]) -> Pairs:
    return Pairs(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, dtype))


def room_for_spikes(rows: int, size: int, name: str, workspace: Workspace) -> Fired:
    """Return room for every neuron to fire in every row; what is not written costs no memory."""
    return Fired(
        np.empty(rows, np.int64),
        np.empty(rows, np.int64),
        workspace.reserve(f"{name}.fired", (rows * size,), np.dtype(np.int32)),
    )


def train_of(fired: Fired, like: SpikeTrain, size: int) -> SpikeTrain:
    """Return the spikes one after the other."""
    offsets = np.concatenate([[0], np.cumsum(fired.counts)])
    channels = np.empty(offsets[-1], np.int32)
    forward.gather(fired, offsets, channels, 0, len(fired.counts))
    return SpikeTrain(like.dt, like.n_samples, like.n_steps, size, offsets, channels)
