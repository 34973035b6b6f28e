"""Dale's law: a neuron excites all of its targets, or inhibits all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.recurrent_pairs import RecurrentPairs

Floats = NDArray[np.floating]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Signs:
    """Which rows of a weight array excite and which inhibit, as stretches of rows."""

    excitatory: tuple[slice, ...]
    inhibitory: tuple[slice, ...]

    def project(self, weight: Floats) -> None:
        """Set to 0, in place, the weights whose sign is not that of their neuron."""
        for stretches, nearest in ((self.excitatory, np.maximum), (self.inhibitory, np.minimum)):
            for rows in stretches:
                nearest(weight[rows], 0, out=weight[rows])


def signs_of_inputs(excitatory: int, inputs: int) -> Signs:
    """Return the signs of a matrix whose first `excitatory` of `inputs` rows excite."""
    return Signs((slice(0, excitatory),), (slice(excitatory, inputs),))


def signs_of_pairs(excitatory: int, pairs: RecurrentPairs) -> Signs:
    """Return the signs of recurrent weights of a layer whose first `excitatory` neurons excite."""
    bounds = pairs.indptr
    starts = [which * pairs.size for which in range(len(pairs.delays))]
    return Signs(
        tuple(slice(bounds[s], bounds[s + excitatory]) for s in starts),
        tuple(slice(bounds[s + excitatory], bounds[s + pairs.size]) for s in starts),
    )


def signed(draw: Doubles, signs: Signs, total: Callable[[Doubles], Doubles]) -> Doubles:
    """Return a draw of mean square 1 with the signs, its inputs balanced.

    Inhibitory weights are made stronger by one factor for each postsynaptic neuron, that of its
    excitatory to its inhibitory sum, so that a neuron's weights sum to 0. One that lacks either
    kind has nothing to balance, and keeps what was drawn.

    Args:
        draw: of any sign.
        signs: of its rows.
        total: sums an array like `draw` over presynaptic neurons, and gives every weight the sum
            of its postsynaptic neuron.
    """
    weight = np.zeros_like(draw)
    inhibitory = np.zeros_like(draw)
    for rows in signs.excitatory:
        weight[rows] = np.abs(draw[rows])
    for rows in signs.inhibitory:
        inhibitory[rows] = np.abs(draw[rows])
    excited, inhibited = total(weight), total(inhibitory)
    balances = (excited > 0) & (inhibited > 0)
    weight -= inhibitory * np.divide(excited, inhibited, out=np.ones_like(excited), where=balances)
    mean_square = float(np.square(weight).mean()) if weight.size else 1.0
    weight /= (mean_square or 1.0) ** 0.5
    return weight


def column_sums(weight: Doubles) -> Doubles:
    """Return the sum of each column, (1, postsynaptic)."""
    sums: Doubles = weight.sum(axis=0, keepdims=True)
    return sums


def sums_over(pairs: RecurrentPairs) -> Callable[[Doubles], Doubles]:
    """Return what gives every pair the sum of the weights that arrive where it does."""

    def total(weight: Doubles) -> Doubles:
        sums = np.bincount(pairs.indices, weight, pairs.size).astype(np.float64)
        return sums[pairs.indices]

    return total
