"""What arrives from the layer before in the compiled engine, forward and backward.

A delay that all connections share moves the spikes, and the way back the errors, as a whole: the
kernels know nothing of it. Where each connection has its own, events are followed to each of their
targets (`kernels/delayed.py`).
"""

from __future__ import annotations

import numpy as np

from neurospike_cli.engine.dense_products import dense_product
from neurospike_cli.engine.engine import BatchSize, Needs
from neurospike_cli.engine.kernels import delayed
from neurospike_cli.engine.kernels.layouts import Above, Events
from neurospike_cli.engine.threads import divided
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats


def events_of(train: SpikeTrain) -> Events:
    counts = np.empty(0, np.int32) if train.counts is None else train.counts
    return Events(train.offsets[:-1], train.offsets[1:], train.channels, counts)


def is_delayed(layer: Layer) -> bool:
    """Return whether spikes arrive at a layer in later steps than those in which they are sent."""
    return layer.delay > 0 or layer.delays is not None


def arriving(layer: Layer, spikes: SpikeTrain) -> SpikeTrain:
    """Return the spikes that are sent to a layer, in the steps in which they arrive.

    Where each connection has its own delay, in the steps in which they are sent.
    """
    return spikes if layer.delays is not None else spikes.delayed(layer.delay)


def drive(
    layer: Layer, weight: Floats, events: Events, n_steps: int, workspace: Workspace
) -> tuple[Events, Floats, Floats]:
    """Return events, weights and given currents that together are a layer's input."""
    if layer.delays is None:
        return events, weight, np.empty((0, 0), weight.dtype)
    delays, rows = layer.delays, len(events.starts)
    given = workspace.take(f"{layer.name}.given", (rows, layer.size), weight.dtype)

    def some_samples(first: int, last: int) -> None:
        delayed.current(events, weight, delays, given, n_steps, first, last)

    divided(some_samples, rows // n_steps, len(events.channels) * layer.size)
    silent = events_of(SpikeTrain.silent(1.0, rows // n_steps, n_steps, 0))
    return silent, np.empty((0, layer.size), weight.dtype), given


def drive_bytes(layer: Layer, batch: BatchSize) -> Needs:
    """Return what `drive` allocates."""
    given = 0 if layer.delays is None else batch.numbers(batch.rows * layer.size)
    return Needs(kept={f"{layer.name}.given": given})


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


def needs_all(upper: Layer, bounded: bool) -> bool:
    """Return whether `spikes_above` needs the gradient of the whole batch's currents."""
    return not bounded or is_delayed(upper)


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
