"""What arrives from the layer before in the compiled engine, forward and backward.

A delay that all connections share moves the spikes, and the way back the errors, as a whole: the
kernels know nothing of it. Where each connection has its own, events are followed to each of their
targets (`kernels/delayed.py`).
"""

from __future__ import annotations

import numpy as np

from neurospike_cli.engine.dense_products import dense_product
from neurospike_cli.engine.engine import BatchSize, Gradient, Needs
from neurospike_cli.engine.kernels import delayed, weight_gradients
from neurospike_cli.engine.kernels.layouts import Above, Events
from neurospike_cli.engine.threads import divided
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats

#: Bytes of the currents' gradient that are worked on at a time, less than a core's own cache.
CACHED = 400_000
#: Events of a channel that are worth a visit to its row of the weights' gradient.
VISIT = 8


def events_of(train: SpikeTrain) -> Events:
    counts = np.empty(0, np.int32) if train.counts is None else train.counts
    return Events(train.offsets, train.channels, counts)


def arriving(layer: Layer, spikes: SpikeTrain) -> SpikeTrain:
    """Return the spikes that are sent to a layer, in the steps in which they arrive.

    Where each connection has its own delay, in the steps in which they are sent.
    """
    return spikes if layer.delays is not None else spikes.delayed(layer.delay)


def drive(
    layer: Layer, weight: Floats, spikes: SpikeTrain, workspace: Workspace
) -> tuple[Events, Floats, Floats]:
    """Return events, weights and given currents that together are a layer's input."""
    if layer.delays is None:
        return events_of(spikes), weight, np.empty((0, 0), weight.dtype)
    n_steps, delays, events = spikes.n_steps, layer.delays, events_of(spikes)
    shape = spikes.n_samples * n_steps, layer.size
    given = workspace.take(f"{layer.name}.given", shape, weight.dtype)

    def some_samples(first: int, last: int) -> None:
        delayed.current(events, weight, delays, given, n_steps, first, last)

    divided(some_samples, spikes.n_samples, spikes.nnz * layer.size)
    silent = SpikeTrain.silent(spikes.dt, spikes.n_samples, n_steps, 0)
    return events_of(silent), np.empty((0, layer.size), weight.dtype), given


def drive_bytes(layer: Layer, batch: BatchSize) -> Needs:
    """Return what `drive` allocates."""
    given = 0 if layer.delays is None else batch.numbers(batch.rows * layer.size)
    return Needs(kept={f"{layer.name}.given": given})


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


def above_bytes(bounded: bool, upper: Layer, batch: BatchSize) -> Needs:
    """Return what `spikes_above` allocates."""
    below = batch.numbers(batch.rows * upper.inputs)
    sent = batch.numbers(batch.rows * upper.size)
    is_given = upper.delays is not None or not bounded
    return Needs(
        kept={
            f"{upper.name}.spike_gradient": below if is_given else 0,
            f"{upper.name}.as_sent": sent if upper.delay and upper.delays is None else 0,
        }
    )


def input_gradient(
    layer: Layer, spikes: SpikeTrain, delta: Floats, workspace: Workspace
) -> Gradient:
    """Return the gradient of the rows of the channels that fired."""
    by_channel = weight_gradients.transpose(events_of(spikes), spikes.n_channels)
    active = np.flatnonzero(np.diff(by_channel.offsets))
    values = workspace.take(f"{layer.name}.gradient", (len(active), layer.size), delta.dtype)
    cached = CACHED // (layer.size * delta.itemsize)
    block = max(1, cached, VISIT * len(delta) * len(active) // max(1, spikes.nnz))
    n_steps, delays = spikes.n_steps, layer.delays

    def some_rows(first: int, last: int) -> None:
        if delays is None:
            weight_gradients.weight_gradient(by_channel, active, delta, values, block, first, last)
        else:
            delayed.weight_gradient(by_channel, active, delays, delta, values, n_steps, first, last)

    share = np.concatenate([[0], np.cumsum(np.diff(by_channel.offsets)[active])])
    divided(some_rows, len(active), spikes.nnz * layer.size, share)
    return Gradient(values, active)


def spikes_above(
    bounded: bool, delta: Floats, weight: Floats, upper: Layer, n_steps: int, workspace: Workspace
) -> Above:
    """Return where the gradient of the spikes that are sent to the layer `upper` comes from.

    With a surrogate of bounded support it is computed where it counts, else for all at once.

    Args:
        bounded: whether the surrogate has bounded support.
        delta: gradient of the currents of `upper`, (row, neuron).
        weight: weights to `upper`.
        upper: the layer above.
        n_steps: steps of a sample.
        workspace: memory for what is computed for all at once.
    """
    given_shape = len(delta), len(weight)
    if upper.delays is not None:
        given = workspace.take(f"{upper.name}.spike_gradient", given_shape, delta.dtype)
        _from_each_delay(upper, weight, delta, given, n_steps, workspace)
        return nothing_above(delta.dtype)._replace(given=given)
    if upper.delay:
        delta = _as_sent(upper, upper.delay, delta, n_steps, workspace)
    if bounded:
        return nothing_above(delta.dtype)._replace(weight=weight, delta=delta)
    given = workspace.take(f"{upper.name}.spike_gradient", given_shape, delta.dtype)
    dense_product(delta, weight.T, out=given)
    return nothing_above(delta.dtype)._replace(given=given)


def nothing_above(dtype: np.dtype[np.floating]) -> Above:
    empty = np.empty((0, 0), dtype)
    return Above(empty, empty, empty)


def _from_each_delay(
    upper: Layer, weight: Floats, delta: Floats, out: Floats, n_steps: int, workspace: Workspace
) -> None:
    """Write the spikes' gradient: a dense product for each delay, with other weights as 0.

    7 ms for each delay in a network of 394 neurons, where following each connection took 240 ms.
    """
    assert upper.delays is not None
    out.fill(0)
    part = workspace.take(f"{upper.name}.of_a_delay", out.shape, out.dtype)
    for delay in np.unique(upper.delays):
        chosen = np.where(upper.delays == delay, weight, weight.dtype.type(0))
        sent = _as_sent(upper, int(delay), delta, n_steps, workspace)
        dense_product(sent, chosen.T, out=part)
        out += part


def _as_sent(upper: Layer, delay: int, delta: Floats, n_steps: int, workspace: Workspace) -> Floats:
    """Return the gradient of the currents in the rows of the spikes that `delay` brought there."""
    sent = workspace.take(f"{upper.name}.as_sent", delta.shape, delta.dtype)
    whole = (-1, n_steps, upper.size)
    sent.fill(0)
    sent.reshape(whole)[:, : max(0, n_steps - delay)] = delta.reshape(whole)[:, delay:]
    return sent
