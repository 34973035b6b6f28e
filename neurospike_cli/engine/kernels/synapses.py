"""Synapses that learn from the spikes of a step.

Traces decay by a table from the step of their last spike, so that only neurons that spike cost
anything; a sample's work follows its spikes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.compiler import compiled, element, inlined, product, put
from neurospike_cli.engine.kernels.scratch import scratch
from neurospike_cli.neurons.neuron_model import Floats


class Traces(NamedTuple):
    """The traces of one side of a layer's synapses.

    Attributes:
        values: as they were after the neuron's last spike, (trace, neuron).
        since: the step of that, (neuron,).
        has_spiked: 1 for a neuron that has spiked, (neuron,).
        those: the neurons that have spiked, in the order of their first spike.
        many: how many they are, (1,).
    """

    values: Floats
    since: NDArray[np.int64]
    has_spiked: NDArray[np.uint8]
    those: NDArray[np.int64]
    many: NDArray[np.int64]


@compiled
def traces_for(rows: int, size: int, dtype: Any) -> Traces:
    """Return room for the traces of `size` neurons."""
    return Traces(
        scratch(rows, size, dtype),
        np.zeros(size, np.int64),
        np.zeros(size, np.uint8),
        np.zeros(size, np.int64),
        np.zeros(1, np.int64),
    )


@inlined
def forget(traces: Any, zero: Any) -> None:
    """Let a sample begin."""
    traces.many[0] = 0
    for i in range(len(traces.since)):
        put(traces.values, i, zero)
        traces.since[i] = 0
        traces.has_spiked[i] = 0


@inlined
def trace_at(traces: Any, table: Floats, i: int, k: int, like: Any) -> Any:
    """Return the traces of neuron i in step k."""
    age = k - traces.since[i]
    return product(element(traces.values, i, like), element(table, age, like))


@inlined
def spiked(traces: Any, i: int, k: int, values: Any) -> None:
    """Set the traces of neuron i after its spike in step k."""
    put(traces.values, i, values)
    traces.since[i] = k
    if traces.has_spiked[i] == 0:
        traces.has_spiked[i] = 1
        traces.those[traces.many[0]] = i
        traces.many[0] += 1


@inlined
def depress_row(plan: Any, weight: Floats, pre: Any, post: Any, i: int, k: int) -> None:
    """Let the synapses of input i learn from its spike in step k."""
    x = trace_at(pre, plan.pre, i, k, plan.zero[0])
    for e in range(post.many[0]):
        j = post.those[e]
        y = trace_at(post, plan.post, j, k, plan.zero[1])
        weight[i, j] = plan.law.depress(weight[i, j], x, y, plan.fade[k])


@inlined
def potentiate_column(plan: Any, weight: Floats, pre: Any, post: Any, j: int, k: int) -> None:
    """Let the synapses of neuron j learn from its spike in step k."""
    y = trace_at(post, plan.post, j, k, plan.zero[1])
    if plan.reaches_silent:
        for i in range(len(weight)):
            x = trace_at(pre, plan.pre, i, k, plan.zero[0])
            weight[i, j] = plan.law.potentiate(weight[i, j], x, y, plan.fade[k])
        return
    for e in range(pre.many[0]):
        i = pre.those[e]
        x = trace_at(pre, plan.pre, i, k, plan.zero[0])
        weight[i, j] = plan.law.potentiate(weight[i, j], x, y, plan.fade[k])


@inlined
def learn_arrivals(
    plan: Any, weight: Floats, pre: Any, post: Any, events: Any, row: int, k: int
) -> None:
    """Let the synapses of the spikes that arrived in a row learn, and their traces follow."""
    for e in range(events.starts[row], events.stops[row]):
        i, times = events.channels[e], 1
        if len(events.counts):
            times = events.counts[e]
        for _ in range(times):
            x = trace_at(pre, plan.pre, i, k, plan.zero[0])
            if plan.depresses:
                depress_row(plan, weight, pre, post, i, k)
            spiked(pre, i, k, plan.law.presynaptic(x))


@inlined
def learn_step(
    plan: Any,
    weight: Floats,
    pre: Any,
    post: Any,
    events: Any,
    row: int,
    k: int,
    fired: Any,
    start: int,
    stop: int,
) -> None:
    """Let a layer learn from step k, in which fired[start:stop] spiked; see `plasticity.py`."""
    if not plan.ties:
        for e in range(start, stop):
            potentiate_column(plan, weight, pre, post, fired[e], k)
    learn_arrivals(plan, weight, pre, post, events, row, k)
    if plan.ties:
        for e in range(start, stop):
            potentiate_column(plan, weight, pre, post, fired[e], k)
    for e in range(start, stop):
        y = trace_at(post, plan.post, fired[e], k, plan.zero[1])
        spiked(post, fired[e], k, plan.law.postsynaptic(y))
