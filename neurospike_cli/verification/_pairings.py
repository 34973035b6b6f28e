"""Which spikes make pairs, by every convention in use, without traces that run along.

    all_to_all            every spike with every spike of the other side before it
    nearest               each spike with the last one of the other side before it
    restricted_symmetric  as nearest, if no other spike of its own side lies between
    pre_centred           a presynaptic spike with the last postsynaptic one before it and the
                          first after it

(Morrison, Diesmann & Gerstner 2008, fig. 7). A tie, two spikes at one time, is pre before post
(potentiate), post before pre (depress), or no pair, neither before the other (ignore).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Which of two spikes at one time is first: the places of pre and post.
TIES = {"potentiate": (0, 1), "depress": (1, 0), "ignore": (0, 0)}

#: A spike's place in the order of time.
Place = tuple[float, int]
#: The partners of a spike, which follow each other: (its place, its own side, the other side).
Partners = Callable[[Place, list[Place], list[Place]], slice]


def sums(
    pre: Iterable[float], post: Iterable[float], pairing: str, ties: str, taus: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Return Σ exp(-Δt/tau) over each spike's partners: of postsynaptic, of presynaptic spikes.

    Args:
        pre, post: times of spikes, ascending, in ms.
        pairing: a key of `PAIRINGS`.
        ties: a key of `TIES`.
        taus: tau_plus and tau_minus, in ms.
    """
    first, second = TIES[ties]
    before = [(float(t), first) for t in pre]
    after = [(float(t), second) for t in post]
    to_potentiate, to_depress = PAIRINGS[pairing]
    return (
        _sums(after, before, to_potentiate, taus[0]),
        _sums(before, after, to_depress, taus[1]),
    )


def _sums(own: list[Place], others: list[Place], partners: Partners, tau: float) -> Floats:
    times = np.array([time for time, _ in others], np.float64)
    found = (np.exp((times[partners(o, own, others)] - o[0]) / tau).sum() for o in own)
    return np.fromiter(found, np.float64, len(own))


def _all(place: Place, own: list[Place], others: list[Place]) -> slice:
    return slice(0, bisect_left(others, place))


def _last(place: Place, own: list[Place], others: list[Place]) -> slice:
    stop = bisect_left(others, place)
    return slice(max(stop - 1, 0), stop)


def _adjacent(place: Place, own: list[Place], others: list[Place]) -> slice:
    since, last = _since(place, own, others), _last(place, own, others)
    return slice(max(since.start, last.start), last.stop)


def _since(place: Place, own: list[Place], others: list[Place]) -> slice:
    """Return those between which and `place` no other spike of its own side lies."""
    stop, previous = bisect_left(others, place), bisect_left(own, place)
    start = bisect_left(others, own[previous - 1]) if previous else 0
    return slice(min(start, stop), stop)


#: Partners of a postsynaptic spike, and those of a presynaptic one.
PAIRINGS: dict[str, tuple[Partners, Partners]] = {
    "all_to_all": (_all, _all),
    "nearest": (_last, _last),
    "restricted_symmetric": (_adjacent, _adjacent),
    "pre_centred": (_since, _last),
}
