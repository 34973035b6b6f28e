"""From the gradient of the currents to that of the weights, in the compiled engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.compiled_layer import LayerRun, pairs_of
from neurospike_cli.engine.engine import BatchSize, Gradient, Needs, Weights
from neurospike_cli.engine.kernels import delayed, weight_gradients
from neurospike_cli.engine.kernels.layouts import Events, Transposed
from neurospike_cli.engine.kernels.weight_gradients import GATHER
from neurospike_cli.engine.threads import Task, divided, shared_out
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats

#: Bytes of the currents' gradient that are worked on at a time, less than a core's own cache.
CACHED = 400_000
#: Events of a channel that are worth a visit to its row of the weights' gradient.
VISIT = 8
#: Additions to a weight's gradient that are worth a sum of its own for each half of a batch.
HALVES_PAY = 16
#: What an event's turn in the transposition costs, in multiplications.
TRANSPOSING = 20

#: Spikes by channel, of the first half of the samples and of the second.
Halves = tuple[Transposed, Transposed]


class Plan(NamedTuple):
    """How a gradient comes about.

    Attributes:
        gradient: what it is in the end.
        tasks: for each half of the samples, or of the channels, what fills it.
        other: the second half's sum, which belongs to `gradient.values`; None if it is in there.
    """

    gradient: Gradient
    tasks: tuple[Task, Task]
    other: Floats | None


def gradients(
    layers: Sequence[Layer],
    weights: Weights,
    runs: Sequence[LayerRun],
    trained: frozenset[str],
    workspace: Workspace,
) -> dict[str, Gradient]:
    """Return the gradients of the weights in `trained`: the first half's sum and the second's.

    Each thread adds what it has itself computed on the way back. To read the other's from its
    cache took longer than the sum, on cores that share no cache. The halves are the samples', on
    any number of threads, so that bits do not depend on it.

    Args:
        layers, weights: the network.
        runs: what each layer did, after the way back.
        trained: names of weight arrays.
        workspace: memory for the gradients.
    """
    by_channel = _by_channel(_spikes_needed(layers, runs, trained), runs[0].batch)
    plans: dict[str, Plan] = {}
    for layer, own in zip(layers, runs, strict=True):
        if layer.weight in trained:
            halves = by_channel[id(own.arrived)]
            plans[layer.weight] = _of_input(layer, halves, own, workspace)
        if _learns_recurrence(layer, trained):
            halves = by_channel[id(own.fired)]
            plans[layer.recurrent_weight] = _of_recurrence(layer, weights, halves, own, workspace)
    shared_out([[plan.tasks[half] for plan in plans.values()] for half in range(2)])
    for plan in plans.values():
        _add(plan.gradient.values, plan.other)
    return {name: plan.gradient for name, plan in plans.items()}


def _learns_recurrence(layer: Layer, trained: frozenset[str]) -> bool:
    return layer.recurrent is not None and layer.recurrent_weight in trained


def gradient_bytes(layer: Layer, spikes: int, batch: BatchSize) -> Needs:
    """Return what `gradients` allocates for a layer.

    Args:
        layer: whose weights learn.
        spikes: how many arrive at it.
        batch: the size of the batch.
    """
    pairs = layer.connections - layer.inputs * layer.size
    gradient = batch.numbers(min(layer.inputs, spikes) * layer.size)
    halved = spikes >= HALVES_PAY * min(layer.inputs, spikes)
    # Rows and counts of the spikes by channel, and where each channel's begin.
    by_channel = 12 * max(spikes, batch.spikes(layer.size)) + 16 * layer.inputs
    return Needs(
        kept={
            f"{layer.name}.gradient of weights": gradient,
            f"{layer.name}.gradient of a half's weights": gradient if halved else 0,
            f"{layer.name}.gradient of recurrent weights": 2 * batch.numbers(pairs),
        },
        passing={"transposed spikes": by_channel},
    )


def _spikes_needed(
    layers: Sequence[Layer], runs: Sequence[LayerRun], trained: frozenset[str]
) -> dict[int, tuple[Events, int]]:
    """Return spikes and how many channels they have, by identity.

    What one layer fires arrives at the next: one transposition serves both.
    """
    needed: dict[int, tuple[Events, int]] = {}
    for layer, own in zip(layers, runs, strict=True):
        if layer.weight in trained:
            needed[id(own.arrived)] = own.arrived, layer.inputs
        if _learns_recurrence(layer, trained):
            needed[id(own.fired)] = own.fired, layer.size
    return needed


def _by_channel(needed: Mapping[int, tuple[Events, int]], batch: SpikeTrain) -> dict[int, Halves]:
    """Return spikes by channel, each half of the samples for itself."""
    bounds = _halves(batch)
    found: list[dict[int, Transposed]] = [{}, {}]
    events = sum(int((train.stops - train.starts).sum()) for train, _ in needed.values())

    def transpose(half: int, *units: int) -> None:
        for key, (train, channels) in needed.items():
            rows = bounds[half], bounds[half + 1]
            found[half][key] = weight_gradients.transpose(train, channels, *rows)

    each = np.array([0, TRANSPOSING * events // 2])
    shared_out([[Task(partial(transpose, half), each)] for half in range(2)])
    return {key: (found[0][key], found[1][key]) for key in needed}


def _halves(batch: SpikeTrain) -> list[int]:
    """Return the rows with which the first and the second half of the samples begin, and end."""
    return [batch.n_steps * samples for samples in (0, batch.n_samples // 2, batch.n_samples)]


def _of_input(layer: Layer, halves: Halves, own: LayerRun, workspace: Workspace) -> Plan:
    """Return the plan for the weights of the channels that fired."""
    lengths = np.diff(halves[0].offsets) + np.diff(halves[1].offsets)
    active, delta, delays = np.flatnonzero(lengths), own.record.distance, layer.delays
    cached = CACHED // (layer.size * delta.itemsize)
    block = max(1, cached, VISIT * len(delta) * len(active) // max(1, int(lengths.sum())))
    bounds, n_steps = _halves(own.batch), own.batch.n_steps

    def add(half: int, out: Floats, fresh: bool, first: int, last: int) -> None:
        if delays is None:
            rows = bounds[half], bounds[half + 1], block
            weight_gradients.weight_gradient(
                halves[half], active, delta, out, fresh, rows, first, last
            )
        else:
            delayed.weight_gradient(
                halves[half], active, delays, delta, out, fresh, n_steps, first, last
            )

    def memory(name: str) -> Floats:
        return workspace.take(f"{layer.name}.{name}", (len(active), layer.size), delta.dtype)

    tasks, values, other = _planned(add, lengths[active] * layer.size, memory)
    return Plan(Gradient(values, active), tasks, other)


def _of_recurrence(
    layer: Layer, weights: Weights, halves: Halves, own: LayerRun, workspace: Workspace
) -> Plan:
    """Return the plan for the recurrent weights."""
    pairs, delta, n_steps = pairs_of(layer, weights), own.record.distance, own.batch.n_steps
    spikes = np.diff(halves[0].offsets) + np.diff(halves[1].offsets)
    each = np.minimum(GATHER * np.diff(pairs.indptr), layer.size)

    def add(half: int, out: Floats, fresh: bool, first: int, last: int) -> None:
        weight_gradients.pair_gradient(halves[half], pairs, delta, n_steps, out, fresh, first, last)

    def memory(name: str) -> Floats:
        return workspace.take(f"{layer.name}.recurrent {name}", pairs.weights.shape, delta.dtype)

    tasks, values, other = _planned(add, np.tile(spikes, len(pairs.delays)) * each, memory)
    return Plan(Gradient(values), tasks, other)


def _planned(
    add: Callable[[int, Floats, bool, int, int], None],
    operations: NDArray[np.int64],
    memory: Callable[[str], Floats],
) -> tuple[tuple[Task, Task], Floats, Floats | None]:
    """Return two tasks, the array that they fill, and the one of the second half, if it has one.

    Args:
        add: adds what a half of the samples says about some channels to an array.
        operations: multiplications for each channel.
        memory: gives an array by name.
    """
    values = memory("gradient")
    if operations.sum() >= HALVES_PAY * values.size:
        outs, before = (values, memory("gradient of a half")), _before(operations // 2)
        tasks = [Task(partial(add, half, outs[half], True), before) for half in range(2)]
        return (tasks[0], tasks[1]), *outs

    def both(shift: int, first: int, last: int) -> None:
        add(0, values, True, first + shift, last + shift)
        add(1, values, False, first + shift, last + shift)

    before = _before(operations)
    middle = int(np.searchsorted(before, before[-1] // 2))
    lower, upper = Task(partial(both, 0), before[: middle + 1]), before[middle:] - before[middle]
    return (lower, Task(partial(both, middle), upper)), values, None


def _before(operations: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the operations before each unit, and in all."""
    before = np.zeros(len(operations) + 1, np.int64)
    np.cumsum(operations, out=before[1:])
    return before


def _add(values: Floats, other: Floats | None) -> None:
    """Add the second half's sum to the first's."""
    if other is not None:

        def some_rows(first: int, last: int) -> None:
            np.add(values[first:last], other[first:last], out=values[first:last])

        divided(some_rows, len(values), values.size)
