"""Which neurons of a layer connect to which, and how late: sparse, drawn once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.delays import DelayRange


@dataclass(frozen=True)
class RecurrentPairs:
    """The connections of a layer to itself, as compressed sparse rows.

    The connections of one delay are a *class*. Row c * size + n holds the targets of neuron n in
    class c; a spike of step k arrives in step k + 1 + delays[c]. The longest delay comes first, so
    that a sum over rows runs from the earliest spikes to the latest, and among those of a step
    from the first neuron to the last. Weights lie in the order of `indices`.

    Attributes:
        size: neurons of the layer.
        indptr: where each row begins, (classes * size + 1,).
        indices: postsynaptic neurons, ascending within a row.
        delays: steps of delay of each class, descending.
        possible: connections there would be with a probability of 1.
    """

    size: int
    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    delays: NDArray[np.int32]
    possible: int

    @property
    def presynaptic(self) -> NDArray[np.int32]:
        """The presynaptic neuron of every connection, beside `indices`."""
        rows = np.arange(len(self.indptr) - 1, dtype=np.int32) % np.int32(self.size)
        return np.repeat(rows, np.diff(self.indptr))

    @property
    def fan_out(self) -> NDArray[np.int64]:
        """How many connections leave each neuron."""
        per_class = np.diff(self.indptr).reshape(-1, self.size)
        fan_out: NDArray[np.int64] = per_class.sum(axis=0, dtype=np.int64)
        return fan_out

    @property
    def fan_in(self) -> NDArray[np.int64]:
        """How many connections arrive at each neuron."""
        return np.bincount(self.indices, minlength=self.size)

    @property
    def per_delay(self) -> NDArray[np.int64]:
        """How many connections each class has."""
        return np.diff(self.indptr[:: self.size]).astype(np.int64)

    def rows(self, which: int) -> NDArray[np.int32]:
        """Return where the rows of a class begin, and where its last one ends, (size + 1,)."""
        return self.indptr[which * self.size : (which + 1) * self.size + 1]


def draw_pairs(
    size: int, probability: float, self_connections: bool, rng: np.random.Generator
) -> RecurrentPairs:
    """Draw each possible pair with `probability`, row by row so that memory stays flat.

    Args:
        size: neurons of the layer.
        probability: of each pair.
        self_connections: whether a neuron with itself is a pair.
        rng: consumed.
    """
    rows = []
    for pre in range(size):
        chosen = rng.random(size) < probability
        chosen[pre] &= self_connections
        rows.append(np.flatnonzero(chosen).astype(np.int32))
    counts = np.array([len(row) for row in rows])
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    possible = size * (size if self_connections else size - 1)
    at_once = np.zeros(1, np.int32)
    return RecurrentPairs(size, indptr, np.concatenate(rows), at_once, possible)


def delayed(
    pairs: RecurrentPairs, delay: DelayRange, dt: float, rng: np.random.Generator
) -> RecurrentPairs:
    """Return undelayed pairs with a delay for each, in classes.

    Args:
        pairs: of one class.
        delay: how long spikes travel.
        dt: width of a step, in ms.
        rng: consumed where there is a choice.
    """
    low, high = delay.steps(dt)
    delays = np.arange(high, low - 1, -1, dtype=np.int32)
    if low == high:
        return RecurrentPairs(pairs.size, pairs.indptr, pairs.indices, delays, pairs.possible)
    which = high - delay.draw(len(pairs.indices), dt, rng)
    # Sorting is stable, so that rows and targets stay ascending within a class; of the smallest
    # type that holds the classes, since it is linear in time for small ones.
    order = np.argsort(which.astype(np.min_scalar_type(high - low)), kind="stable")
    rows = np.bincount(which * pairs.size + pairs.presynaptic, minlength=len(delays) * pairs.size)
    indptr = np.concatenate([[0], np.cumsum(rows)]).astype(np.int32)
    return RecurrentPairs(pairs.size, indptr, pairs.indices[order], delays, pairs.possible)
