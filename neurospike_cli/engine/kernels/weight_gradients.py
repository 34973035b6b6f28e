"""From the gradient of the currents to that of the weights, channel by channel."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurospike_cli.engine.compiler import compiled
from neurospike_cli.engine.kernels.forward import add_rows
from neurospike_cli.engine.kernels.layouts import Events, Pairs, Transposed
from neurospike_cli.neurons.neuron_model import Floats

#: How many additions in wide registers take as long as one whose place is looked up.
GATHER = 12


@compiled
def transpose(events: Events, channels: int, begin: int, end: int) -> Transposed:
    """Return the events of the rows begin … end - 1 by channel, by counting."""
    offsets = np.zeros(channels + 1, np.int64)
    for row in range(begin, end):
        for e in range(events.starts[row], events.stops[row]):
            offsets[events.channels[e] + 1] += 1
    for c in range(channels):
        offsets[c + 1] += offsets[c]
    place = offsets[:-1].copy()
    rows = np.empty(offsets[channels], np.int64)
    counts = np.empty(len(rows) if len(events.counts) else 0, np.int32)
    for row in range(begin, end):
        for e in range(events.starts[row], events.stops[row]):
            at = place[events.channels[e]]
            place[events.channels[e]] += 1
            rows[at] = row
            if len(counts):
                counts[at] = events.counts[e]
    return Transposed(offsets, rows, counts)


@compiled
def weight_gradient(
    events: Transposed,
    active: Any,
    delta: Floats,
    out: Floats,
    fresh: bool,
    blocks: tuple[int, int, int],
    first: int,
    last: int,
) -> None:
    """Add Σ delta[row] over the events of active channels first … last - 1, ascending by row.

    Rows are taken block by block, so that those of a block are in the cache for all channels.

    Args:
        events: input spikes by channel.
        active: channels.
        delta: gradient of the currents, (row, neuron).
        out: one row for each active channel.
        fresh: whether to begin at 0, and not at what is in `out`.
        blocks: the first of the rows of the events, the one after the last, and rows of a block.
        first, last: which of `active`.
    """
    offsets, rows, counts = events
    if fresh:
        out[first:last] = 0
    at = offsets[active[first:last]]
    begin, behind, block = blocks
    for end in range(begin + block, behind + block, block):
        for r in range(first, last):
            start, limit = at[r - first], offsets[active[r] + 1]
            stop = start
            while stop < limit and rows[stop] < end:
                stop += 1
            add_rows(out[r], delta, rows, counts, start, stop)
            at[r - first] = stop


@compiled
def pair_gradient(
    events: Transposed,
    pairs: Pairs,
    delta: Floats,
    n_steps: int,
    out: Floats,
    fresh: bool,
    first: int,
    last: int,
) -> None:
    """Add the gradient of the recurrent weights in rows first … last - 1 of `pairs`.

    A spike of step k meets the gradient of step k + 1 + delay, if its sample has one. Where many
    neurons are targets, whole rows are added and the targets picked from their sum: the same
    additions in the same order, in wide registers.
    """
    offsets, rows, _ = events
    indptr, indices, delays = pairs.indptr, pairs.indices, pairs.delays
    size = delta.shape[1]
    whole = np.empty(size, delta.dtype)
    for source in range(first, last):
        pre, late = source % size, 1 + delays[source // size]
        begin, end = indptr[source], indptr[source + 1]
        if fresh:
            out[begin:end] = 0
        whole[:] = 0
        many = (end - begin) * GATHER > size
        for e in range(offsets[pre], offsets[pre + 1]):
            row = rows[e] + late
            if rows[e] % n_steps + late < n_steps:
                if many:
                    for j in range(size):
                        whole[j] += delta[row, j]
                else:
                    for p in range(begin, end):
                        out[p] += delta[row, indices[p]]
        if many:
            for p in range(begin, end):
                out[p] += whole[indices[p]]
