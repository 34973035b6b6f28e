"""What words of an EVT3 file say about the events after them: time, row and base of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.formats.format import unwrapped

_ADDR_Y, _VECT_BASE_X, _VECT_12, _VECT_8 = 0x0, 0x3, 0x4, 0x5
_TIME_LOW, _TIME_HIGH = 0x6, 0x8
_UNKNOWN = -1

Words = NDArray[Any]
Kinds = NDArray[np.uint8]


class EVT3State:
    """The state at the end of a block, which is that at the beginning of the next."""

    def __init__(self) -> None:
        self._row, self._high, self._low = _UNKNOWN, _UNKNOWN, 0
        self._base, self._polarity = _UNKNOWN, 0
        self._wraps: tuple[int, int] | None = None

    def rows(self, words: Words, kinds: Kinds, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return y at the words `at`, -1 before the first ADDR_Y."""
        where = np.flatnonzero(kinds == _ADDR_Y)
        rows = np.concatenate([[self._row], (words[where] & 0x7FF).astype(np.int64)])
        self._row = int(rows[-1])
        return _held(rows, where, at, len(words))

    def times(self, words: Words, kinds: Kinds, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the time at the words `at` in µs, negative before the first TIME_HIGH."""
        where = np.flatnonzero((kinds == _TIME_LOW) | (kinds == _TIME_HIGH))
        is_high = kinds[where] == _TIME_HIGH
        values = (words[where] & 0xFFF).astype(np.int64)
        raised, self._wraps = unwrapped(values[is_high], 12, self._wraps)
        known = np.concatenate([[self._high], raised])
        high = known[np.cumsum(is_high)]
        is_new = np.diff(high, prepend=self._high) != 0
        # A TIME_HIGH that repeats the value leaves the low part as it is.
        keeps = is_high & ~is_new
        low = np.concatenate([[self._low], np.where(is_high, 0, values)])
        source = np.maximum.accumulate(np.where(keeps, 0, np.arange(1, len(where) + 1)))
        low = low[np.concatenate([[0], source])]
        times = np.concatenate([[self._high], high])
        times = np.where(times < 0, _UNKNOWN, times << 12 | low)
        self._high, self._low = int(known[-1]), int(low[-1])
        return _held(times, where, at, len(words))

    def bases(
        self, words: Words, kinds: Kinds, at: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return x of the first pixel and polarity of a vector at the words `at`.

        x is negative before the first VECT_BASE_X.
        """
        width = np.where(kinds == _VECT_12, 12, np.where(kinds == _VECT_8, 8, 0))
        moved = np.cumsum(width) - width
        where = np.flatnonzero(kinds == _VECT_BASE_X)
        # What the base was before anything moved it in this block.
        given = (words[where] & 0x7FF).astype(np.int64) - moved[where]
        starts = np.concatenate([[self._base], given])
        on = np.concatenate([[self._polarity], (words[where] >> 11 & 1).astype(np.int64)])
        is_known = np.concatenate([[self._base >= 0], np.ones(len(where), bool)])
        base = _held(starts, where, at, len(words)) + moved[at]
        known = _held(is_known, where, at, len(words))
        if is_known[-1]:
            self._base = int(starts[-1] + moved[-1] + width[-1])
        self._polarity = int(on[-1])
        return np.where(known, base, _UNKNOWN), _held(on, where, at, len(words))

    def remember_bases(self, words: Words, kinds: Kinds) -> None:
        """Take the last base of a block without vectors."""
        where = np.flatnonzero(kinds == _VECT_BASE_X)
        if len(where):
            last = int(words[where[-1]])
            self._base, self._polarity = last & 0x7FF, last >> 11 & 1


def _held(
    values: NDArray[Any], where: NDArray[np.int64], at: NDArray[np.int64], length: int
) -> NDArray[Any]:
    """Return the value that holds at the words `at`: the last one set before.

    Args:
        values: what held before the first word, and what each of the words `where` sets.
        where, at: ascending.
        length: number of words.
    """
    ends = np.append(where, length)
    counts = np.diff(np.searchsorted(at, ends), prepend=0)
    return np.repeat(values, counts)
