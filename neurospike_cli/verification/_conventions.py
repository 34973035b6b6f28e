"""The conventions of pair-based STDP, each simulated spike by spike, as others may have done it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.verification._pairings import PAIRINGS, TIES, Floats, sums
from neurospike_cli.verification._trace_file import WeightTrace

DEPENDENCES = ("additive", "multiplicative")


@dataclass(frozen=True)
class Convention:
    """Which spikes make pairs, what a tie is, and how a change depends on the weight.

    With sums x and y over partners (`_pairings.py`), a postsynaptic and a presynaptic spike do

        w += a_plus x              w -= a_minus y               additive
        w += a_plus (w_max - w) x  w -= a_minus (w - w_min) y   multiplicative
    """

    pairing: str
    ties: str
    dependence: str

    def __str__(self) -> str:
        """Return the convention in words."""
        return f"{self.pairing}, ties: {self.ties}, {self.dependence}"


class Changes(NamedTuple):
    """What the spikes of a recording do, in the order in which they do it.

    Attributes:
        potentiates: whether each is postsynaptic, (spike,).
        sums: x or y of each, (spike,).
        seen: how many of them lie before each look at the weight, (weight,).
    """

    potentiates: NDArray[np.bool_]
    sums: Floats
    seen: NDArray[np.int64]


def conventions() -> tuple[Convention, ...]:
    """Return all of them."""
    return tuple(Convention(*names) for names in product(PAIRINGS, TIES, DEPENDENCES))


def changes_of(trace: WeightTrace, convention: Convention, taus: tuple[float, float]) -> Changes:
    """Return what spikes do; taus are tau_plus and tau_minus, in ms."""
    x, y = sums(trace.pre, trace.post, convention.pairing, convention.ties, taus)
    times = np.concatenate([trace.pre, trace.post])
    potentiates = np.arange(len(times)) >= len(trace.pre)
    first, second = TIES[convention.ties]
    # Where a tie is no pair, its order matters to soft bounds alone: post, then pre, as in NEST.
    order = np.lexsort((~potentiates, np.where(potentiates, second, first), times))
    seen = np.searchsorted(times[order], trace.times, side="right").astype(np.int64)
    return Changes(potentiates[order], np.concatenate([y, x])[order], seen)


def additive(changes: Changes) -> Floats:
    """Return sums of x and of -y before each look at the weight, less the first, (weight, 2)."""
    signs = np.stack([changes.potentiates, -1.0 * ~changes.potentiates], axis=1)
    total = np.concatenate([np.zeros((1, 2)), (signs * changes.sums[:, None]).cumsum(axis=0)])
    return np.asarray(total[changes.seen] - total[changes.seen[0]])


def multiplicative(
    changes: Changes, first: float, amplitudes: Floats, bounds: tuple[float, float]
) -> Floats:
    """Return the weight at each look, from `first` on.

    Args:
        changes: what spikes do.
        first: the weight at the first look.
        amplitudes: a_plus and a_minus.
        bounds: w_min and w_max.
    """
    weights, w, (a_plus, a_minus) = [], first, amplitudes.tolist()
    start = int(changes.seen[0])
    events = list(zip(changes.potentiates.tolist(), changes.sums.tolist(), strict=True))
    for stop in changes.seen.tolist():
        for potentiates, total in events[start:stop]:
            w += a_plus * (bounds[1] - w) * total if potentiates else 0.0
            w -= 0.0 if potentiates else a_minus * (w - bounds[0]) * total
        start = stop
        weights.append(w)
    return np.array(weights)
