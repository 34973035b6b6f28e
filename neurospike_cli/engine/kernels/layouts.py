"""The arrays that kernels work on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.neurons.neuron_model import Floats


class Events(NamedTuple):
    """Spikes that arrive at a layer or that it fires: row r holds channels[starts[r]:stops[r]].

    `counts` has a number for each of `channels`; it is empty where each stands for one event.
    """

    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    channels: NDArray[np.int32]
    counts: NDArray[np.int32]


class Pairs(NamedTuple):
    """What a layer says to itself: connections by delay and presynaptic neuron, and inhibition.

    Attributes:
        indptr, indices, delays: those of `RecurrentPairs`; empty for none.
        weights: one for each of `indices`.
        strength, pause: of the `Inhibition`, 0 for none.
        dense: the weights once more, as (row of `indptr`, postsynaptic), for the way back; empty
            where the sparse ones are faster or the others take too much memory.
        winners: how many neurons fire in a step at most; 0 for no limit.
    """

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    delays: NDArray[np.int32]
    weights: Floats
    strength: np.floating
    pause: int
    dense: Floats
    winners: int


class Record(NamedTuple):
    """What is kept of a layer for the way back; empty arrays for what is not.

    Attributes:
        distance: how far beyond the threshold before the reset, (row, neuron).
        states: the state variables before the reset, (variable, row, neuron).
    """

    distance: Floats
    states: Floats


class Above(NamedTuple):
    """Where the gradient of a layer's spikes comes from; empty arrays for what does not count.

    Attributes:
        given: the gradient itself, (row, neuron).
        weight: weights to the next layer, (neuron, next neuron).
        delta: gradient of the next layer's currents, (row, next neuron).
    """

    given: Floats
    weight: Floats
    delta: Floats


class Transposed(NamedTuple):
    """A spike train by channel: channel c fired in rows[offsets[c]:offsets[c + 1]], ascending."""

    offsets: NDArray[np.int64]
    rows: NDArray[np.int64]
    counts: NDArray[np.int32]
