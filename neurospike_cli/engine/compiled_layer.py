"""One layer in the compiled engine: arrays for its kernels, and how their work is divided.

Samples are independent of each other, and so are the rows of a weight gradient: they are divided
among threads without a trace in the bits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurospike_cli.engine import compiled_input
from neurospike_cli.engine.compiled_input import events_of
from neurospike_cli.engine.compiler import declare
from neurospike_cli.engine.engine import BatchSize, Gradient, Needs, Weights
from neurospike_cli.engine.kernels import backward, forward, weight_gradients
from neurospike_cli.engine.kernels.layouts import Above, Fired, Pairs, Record
from neurospike_cli.engine.threads import divided
from neurospike_cli.engine.workspace import PAGE, Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Laws, SlopeLaw, in_type


@dataclass(frozen=True)
class LayerRun:
    """What a layer did: its spikes, in both forms, and what is kept for the way back.

    `inputs` are the spikes that arrived.
    """

    inputs: SpikeTrain
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
    spikes = compiled_input.arriving(layer, spikes)
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
    events, rows_of_weights, given = compiled_input.drive(layer, weight, spikes, workspace)
    shared = (laws, events, rows_of_weights, pairs_of(layer, weights), given, record, fired)

    def some_samples(first: int, last: int) -> None:
        forward.run_samples(*shared, spikes.n_steps, first, last)

    operations = spikes.nnz * layer.size + 8 * rows * layer.size
    divided(some_samples, spikes.n_samples, operations)
    return LayerRun(spikes, train_of(fired, spikes, layer.size), fired, record)


def run_bytes(layer: Layer, batch: BatchSize, detach_reset: bool | None) -> Needs:
    """Return what `run` allocates."""
    rows, spikes, learns = batch.rows, batch.spikes(layer.size), detach_reset is not None
    laws = layer.neuron.laws(batch.dt, detach_reset=detach_reset is not False)
    kept = len(laws.initial) if laws.keeps_state else 0
    # The spikes of a sample begin on a page of their own.
    room = min(4 * rows * layer.size, 4 * spikes + batch.samples * PAGE)
    record = {
        f"{layer.name}.overshoot": batch.numbers(rows * layer.size) if learns else 0,
        f"{layer.name}.states": batch.numbers(kept * rows * layer.size) if learns else 0,
        f"{layer.name}.fired": room,
    }
    train = {f"{layer.name}.spikes": 4 * spikes + 24 * rows}  # channels; starts, counts, offsets
    return Needs(record, train) | compiled_input.drive_bytes(layer, batch)


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


def recurrent_gradient(layer: Layer, weights: Weights, own: LayerRun) -> Gradient:
    """Return the gradient of the recurrent weights."""
    pairs, delta = pairs_of(layer, weights), own.record.distance
    by_neuron = weight_gradients.transpose(events_of(own.train), layer.size)
    values = np.empty_like(pairs.weights)

    def some_rows(first: int, last: int) -> None:
        weight_gradients.pair_gradient(
            by_neuron, pairs, delta, own.train.n_steps, values, first, last
        )

    operations = own.train.nnz * len(values) // layer.size
    divided(some_rows, len(pairs.indptr) - 1, operations)
    return Gradient(values)


def pairs_of(layer: Layer, weights: Weights) -> Pairs:
    """Return what a layer says to itself."""
    pairs, dtype = no_pairs(weights[layer.weight].dtype), weights[layer.weight].dtype
    if layer.recurrent is not None:
        indptr, indices = layer.recurrent.indptr, layer.recurrent.indices
        values, delays = weights[layer.recurrent_weight], layer.recurrent.delays
        pairs = Pairs(indptr, indices, delays, values, pairs.strength, pairs.pause)
    if layer.inhibition is not None:
        strength = dtype.type(layer.inhibition.strength)
        pairs = pairs._replace(strength=strength, pause=layer.inhibition.delay)
    return pairs


def no_pairs(dtype: np.dtype[np.floating]) -> Pairs:
    none = np.empty(0, np.int32)
    return Pairs(none, none, none, np.empty(0, dtype), dtype.type(0), 0)


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
