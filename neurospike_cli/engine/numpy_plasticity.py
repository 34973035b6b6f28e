"""A layer that learns while it runs, in the NumPy engine: sample after sample, step after step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine import numpy_layer, numpy_recurrence
from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.engine import Weights
from neurospike_cli.engine.numpy_layer import Competition
from neurospike_cli.engine.plasticity import Memory, Plan, Upkeep, in_type_of
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats, Indices, State, in_type

#: The thresholds of a layer to which training adds nothing.
NO_THETA = np.empty(0)


class Traces:
    """The traces of one side of a layer's synapses, which decay by a table between spikes.

    Args:
        zero: their values at the start.
        table: exp(-k dt/tau) of each, (trace, step).
        size: neurons of that side.
    """

    def __init__(self, zero: tuple[float, ...], table: Floats, size: int) -> None:
        self.table = table
        self.values = tuple(np.full(size, x, table.dtype) for x in zero)
        self.since = np.zeros(size, np.int64)
        self.has_spiked = np.zeros(size, np.bool_)

    def at(self, step: int, which: Indices) -> State:
        """Return the traces of some neurons in a step."""
        age = step - self.since[which]
        return tuple(
            value[which] * table[age] for value, table in zip(self.values, self.table, strict=True)
        )

    def spike(self, step: int, which: Indices, after: Callable[[State], State]) -> None:
        """Change the traces of the neurons that spike in a step."""
        for value, new in zip(self.values, after(self.at(step, which)), strict=True):
            value[which] = new
        self.since[which] = step
        self.has_spiked[which] = True


def learn_layer(
    layer: Layer,
    weights: Weights,
    spikes: SpikeTrain,
    plan: Plan,
    changed: Floats,
    memory: Memory,
    given: Floats | None,
) -> SpikeTrain:
    """Return the spikes of a layer whose synapses learn from them; see `Engine.learn_layer`."""
    plan = in_type_of(plan, changed.dtype)
    arriving = spikes.delayed(layer.delay)
    trains = []
    for s in range(spikes.n_samples):
        drive = None if given is None else given[s]
        trains.append(_learn_sample(layer, weights, arriving.sample(s), plan, changed, drive))
        _end_sample(trains[-1], plan, changed, memory)
    return SpikeTrain.batch(trains)


def learn_pairs(
    layer: Layer, spikes: SpikeTrain, fired: SpikeTrain, plan: Plan, changed: Floats
) -> None:
    """Let synapses learn from given spikes on both sides; see `Engine.learn_pairs`."""
    plan, arriving = in_type_of(plan, changed.dtype), spikes.delayed(layer.delay)
    for s in range(spikes.n_samples):
        sample, answer = arriving.sample(s), fired.sample(s)
        pre = Traces(plan.zero[0], plan.pre, layer.inputs)
        post = Traces(plan.zero[1], plan.post, layer.size)
        for step in range(sample.n_steps):
            arrived, times = _arrivals(sample, step)
            spiking, _ = _arrivals(answer, step)
            _learn_step(plan, changed, pre, post, step, arrived, times, spiking)


def _learn_sample(
    layer: Layer,
    weights: Weights,
    sample: SpikeTrain,
    plan: Plan,
    changed: Floats,
    given: Floats | None,
) -> SpikeTrain:
    weight, theta = weights[layer.weight], weights.get(layer.theta, NO_THETA)
    current = np.zeros((sample.n_steps, 1, layer.size), weight.dtype)
    if given is not None:
        current[:, 0] = given
    pre = Traces(plan.zero[0], plan.pre, layer.inputs)
    post = Traces(plan.zero[1], plan.post, layer.size)
    feedback = numpy_recurrence.feedback(layer, weights)

    def learn(step: int, fired: Indices) -> None:
        arrived, times = _arrivals(sample, step)
        _learn_step(plan, changed, pre, post, step, arrived, times, fired)
        if len(theta):
            theta[fired] += plan.theta_plus

    def before_step(step: int, now: Floats, fired: list[Indices]) -> None:
        if step > 0:
            learn(step - 1, fired[step - 1])
        theta[:] *= plan.theta_kept
        for channel, times in zip(*_arrivals(sample, step), strict=True):
            now[0] += weight.dtype.type(times) * weight[channel]
        if feedback is not None:
            feedback(step, now, fired)

    laws = layer.neuron.laws(sample.dt)
    competition = Competition(theta if len(theta) else None, layer.winners)
    record = numpy_layer.simulate(laws, current, (), before_step, competition)
    learn(sample.n_steps - 1, record.fired[-1])
    return sparse.spike_train(record.fired, sample, layer.size)


def _arrivals(sample: SpikeTrain, step: int) -> tuple[Indices, NDArray[np.int64]]:
    """Return the channels that spike in a step, and how often."""
    row = slice(sample.offsets[step], sample.offsets[step + 1])
    channels = sample.channels[row].astype(np.int64)
    if sample.counts is None:
        return channels, np.ones(len(channels), np.int64)
    return channels, sample.counts[row].astype(np.int64)


def _learn_step(
    plan: Plan,
    weight: Floats,
    pre: Traces,
    post: Traces,
    step: int,
    arrived: Indices,
    times: NDArray[np.int64],
    fired: Indices,
) -> None:
    """Follow the order of `plasticity.py`; an input that counts n events spikes n times."""
    if not plan.ties:
        _potentiate(plan, weight, pre, post, step, fired)
    for n in range(times.max(initial=0)):
        spiking = arrived[times > n]
        if plan.depresses:
            _depress(plan, weight, pre, post, step, spiking)
        pre.spike(step, spiking, plan.law.presynaptic)
    if plan.ties:
        _potentiate(plan, weight, pre, post, step, fired)
    post.spike(step, fired, plan.law.postsynaptic)


def _depress(
    plan: Plan, weight: Floats, pre: Traces, post: Traces, step: int, spiking: Indices
) -> None:
    others = np.flatnonzero(post.has_spiked)
    where = np.ix_(spiking, others)
    x = tuple(value[:, None] for value in pre.at(step, spiking))
    weight[where] = plan.law.depress(weight[where], x, post.at(step, others), plan.fade[step])


def _potentiate(
    plan: Plan, weight: Floats, pre: Traces, post: Traces, step: int, fired: Indices
) -> None:
    inputs = np.arange(len(weight)) if plan.reaches_silent else np.flatnonzero(pre.has_spiked)
    where = np.ix_(inputs, fired)
    x = tuple(value[:, None] for value in pre.at(step, inputs))
    weight[where] = plan.law.potentiate(weight[where], x, post.at(step, fired), plan.fade[step])


def _end_sample(sample: SpikeTrain, plan: Plan, weight: Floats, memory: Memory) -> None:
    memory.spikes[:] += sample.channel_counts()[0]
    memory.samples[:] += 1
    keep_up(plan.upkeep, weight, sample, memory)


def keep_up(upkeep: Upkeep, weight: Floats, sample: SpikeTrain, memory: Memory) -> None:
    """Do what follows a sample, in place.

    Args:
        upkeep: what that is.
        weight: input weights of a layer, in mV.
        sample: what the layer did.
        memory: what it carries on; the sample is counted already.
    """
    if not upkeep.does_something:
        return
    upkeep = in_type(upkeep, weight.dtype)
    rates = (sample.channel_counts()[0] * (1e3 / sample.duration)).astype(weight.dtype)
    memory.rates[:] = upkeep.averaged(memory.rates, rates)
    if upkeep.every and memory.samples[0] % upkeep.every == 0:
        _normalize(upkeep, weight)
    weight[...] = upkeep.bounded_weight(weight * upkeep.weight_growth(memory.rates))


def _normalize(upkeep: Upkeep, weight: Floats) -> None:
    """Bring each neuron's weights to their norm; one without any has none to bring there."""
    # Row by row, in the order of the kernels; `sum` may add pairs of halves.
    total = np.add.accumulate(upkeep.norm.norm_part(weight), axis=0)[-1]
    there = total > 0
    weight[:, there] *= upkeep.norm.norm_factor(total[there])
