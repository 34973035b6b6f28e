"""One layer in the compiled engine: arrays for its kernels, and how their work is divided.

Samples are independent of each other, and so are the rows of a weight gradient: they are divided
among threads without a trace in the bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from neurospike_cli.engine import compiled_input
from neurospike_cli.engine.compiler import declare
from neurospike_cli.engine.engine import BatchSize, Needs, Weights
from neurospike_cli.engine.kernels import backward, forward
from neurospike_cli.engine.kernels.layouts import Above, Events, Pairs, Record
from neurospike_cli.engine.threads import divided
from neurospike_cli.engine.workspace import PAGE, Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats, Laws, NeuronModel, SlopeLaw, in_type

#: What a neuron's step costs, in multiplications.
EACH_STEP = 12
#: How many targets in wide registers take as long as one whose place is looked up, on the way
#: back; and bytes that stay in a core's own cache.
DENSE, CACHE = 32, 1_000_000


@dataclass(frozen=True)
class Work:
    """What is to be done for every sample of a batch.

    Attributes:
        run: does it for the samples from first to last.
        operations: multiplications, for all of them.
    """

    run: Callable[[int, int], None]
    operations: int


@dataclass(frozen=True)
class LayerRun:
    """What a layer does, from the time its work is done on.

    Attributes:
        arrived, fired: its spikes, in and out.
        record: what is kept for the way back.
        batch: the extent.
        work: what makes it so.
    """

    arrived: Events
    fired: Events
    record: Record
    batch: SpikeTrain
    work: Work

    @property
    def train(self) -> SpikeTrain:
        """The spikes that it fired."""
        rows = len(self.fired.starts)
        return train_of(self.fired, self.batch, len(self.fired.channels) // max(1, rows))


@lru_cache(maxsize=256)
def laws_of(
    neuron: NeuronModel, dt: float, detach_reset: bool, dtype: np.dtype[np.floating]
) -> Laws:
    """Return the laws of a neuron in the type of the arrays, known to the compiler."""
    laws = in_type(neuron.laws(dt, detach_reset=detach_reset), dtype)
    declare(laws)
    return laws


def prepare(
    layer: Layer,
    weights: Weights,
    arrived: Events,
    batch: SpikeTrain,
    workspace: Workspace,
    detach_reset: bool | None,
) -> LayerRun:
    """Return a layer's run, whose work is not done yet.

    Args:
        layer, weights: the layer.
        arrived: spikes that arrive at it; they need not be there before the work is done.
        batch: dt and extent.
        workspace: memory for what is recorded.
        detach_reset: as for `Engine.forward`.
    """
    weight, rows = weights[layer.weight], batch.n_samples * batch.n_steps
    laws = laws_of(layer.neuron, batch.dt, detach_reset is not False, weight.dtype)
    over = (rows, layer.size) if detach_reset is not None else (0, 0)
    kept = (len(laws.initial), *over) if laws.keeps_state else (0, 0, 0)
    record = Record(
        workspace.take(f"{layer.name}.overshoot", over, weight.dtype),
        workspace.take(f"{layer.name}.states", kept, weight.dtype),
    )
    fired = room_for_spikes(rows, layer.size, layer.name, workspace)
    driven = compiled_input.drive(layer, weight, arrived, batch.n_steps, workspace)
    events, rows_of_weights, given = driven
    shared = (laws, events, rows_of_weights, pairs_of(layer, weights), given, record)
    theta = weights.get(layer.theta, no_theta())

    def some_samples(first: int, last: int) -> None:
        forward.run_samples(*shared, theta, fired, batch.n_steps, first, last)

    work = Work(some_samples, EACH_STEP * rows * layer.size)
    return LayerRun(arrived, fired, record, batch, work)


def run(
    layer: Layer,
    weights: Weights,
    spikes: SpikeTrain,
    workspace: Workspace,
    detach_reset: bool | None,
) -> LayerRun:
    """Return one layer's run, done."""
    arrived = compiled_input.events_of(compiled_input.arriving(layer, spikes))
    own = prepare(layer, weights, arrived, spikes, workspace, detach_reset)
    do_all([own.work], spikes.n_samples)
    return own


def do_all(works: Sequence[Work], samples: int) -> None:
    """Do the works for all samples: each thread does all of them, in order, for some samples.

    So the threads meet once for all layers, and not once for each.
    """

    def some_samples(first: int, last: int) -> None:
        for work in works:
            work.run(first, last)

    divided(some_samples, samples, sum(work.operations for work in works))


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


def work_back(
    layer: Layer,
    weights: Weights,
    slope: SlopeLaw,
    above: Above,
    own: LayerRun,
    detach_reset: bool,
) -> Work:
    """Return what takes a layer's samples backwards.

    Args:
        layer, weights: the layer.
        slope: the surrogate derivative.
        above: where the gradient of its spikes comes from.
        own: what it did; used up.
        detach_reset: as for `Engine.backward`.
    """
    dtype, n_steps = own.record.distance.dtype, own.batch.n_steps
    laws, slope = laws_of(layer.neuron, own.batch.dt, detach_reset, dtype), in_type(slope, dtype)
    declare(slope)
    pairs = with_dense(pairs_of(layer, weights), layer.size)
    shared = (laws, slope, above, pairs, own.record, own.fired, n_steps)

    def some_samples(first: int, last: int) -> None:
        backward.run_samples_back(*shared, first, last)

    return Work(some_samples, EACH_STEP * own.record.distance.size)


def pairs_of(layer: Layer, weights: Weights) -> Pairs:
    """Return what a layer says to itself."""
    pairs, dtype = no_pairs(weights[layer.weight].dtype), weights[layer.weight].dtype
    if layer.recurrent is not None:
        indptr, indices = layer.recurrent.indptr, layer.recurrent.indices
        values, delays = weights[layer.recurrent_weight], layer.recurrent.delays
        pairs = pairs._replace(indptr=indptr, indices=indices, delays=delays, weights=values)
    if layer.inhibition is not None:
        strength = dtype.type(layer.inhibition.strength)
        pairs = pairs._replace(strength=strength, pause=layer.inhibition.delay)
    return pairs._replace(winners=layer.winners or 0)


def with_dense(pairs: Pairs, size: int) -> Pairs:
    """Return the pairs with the dense weights too, if that is faster and they fit a core's cache.

    The sum over 26 of 256 targets took 43 ns, and that over all of them 13 ns.
    """
    count, possible = len(pairs.weights), (len(pairs.indptr) - 1) * size
    if count * DENSE < possible or possible * pairs.weights.itemsize > CACHE or not count:
        return pairs
    dense = np.zeros((len(pairs.indptr) - 1, size), pairs.weights.dtype)
    dense[np.repeat(np.arange(len(dense)), np.diff(pairs.indptr)), pairs.indices] = pairs.weights
    return pairs._replace(dense=dense)


def no_pairs(dtype: np.dtype[np.floating]) -> Pairs:
    none = np.empty(0, np.int32)
    return Pairs(none, none, none, np.empty(0, dtype), dtype.type(0), 0, np.empty((0, 0), dtype), 0)


def no_theta() -> Floats:
    """Return the thresholds that training adds to nothing."""
    return np.empty(0, np.float64)


def room_for_spikes(rows: int, size: int, name: str, workspace: Workspace) -> Events:
    """Return room for every neuron to fire in every row; what is not written costs no memory."""
    return Events(
        np.empty(rows, np.int64),
        np.empty(rows, np.int64),
        workspace.reserve(f"{name}.fired", (rows * size,), np.dtype(np.int32)),
        np.empty(0, np.int32),
    )


def train_of(fired: Events, like: SpikeTrain, size: int) -> SpikeTrain:
    """Return the spikes one after the other."""
    offsets = np.zeros(len(fired.starts) + 1, np.int64)
    np.cumsum(fired.stops - fired.starts, out=offsets[1:])
    channels = np.empty(offsets[-1], np.int32)
    forward.gather(fired, offsets, channels)
    return SpikeTrain(like.dt, like.n_samples, like.n_steps, size, offsets, channels)
