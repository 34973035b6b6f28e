"""What words of an EVT3 file say about the events after them: time, row and base of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.formats.format import unwrapped

_ADDR_Y, _VECT_BASE_X, _VECT_12, _VECT_8 = 0x0, 0x3, 0x4, 0x5
_TIME_LOW, _TIME_HIGH = 0x6, 0x8
_UNKNOWN = -1
#: x of a vector without a base: none of its pixels gets to 0.
NO_BASE = -16
#: A base that is on no sensor: one that moves on and on stays here, within 32 bits.
_FAR = 2**24
#: By how many px a word of each type moves the base.
_WIDTHS = np.zeros(16, np.int64)
_WIDTHS[_VECT_12], _WIDTHS[_VECT_8] = 12, 8

Words = NDArray[Any]
Kinds = NDArray[np.uint16]


class EVT3State:
    """The state at the end of a block, which is that at the beginning of the next."""

    def __init__(self) -> None:
        self._row, self._high, self._low = _UNKNOWN, _UNKNOWN, 0
        self._base, self._polarity = _UNKNOWN, 0
        self._wraps: tuple[int, int] | None = None

    def rows(self, words: Words, kinds: Kinds, at: NDArray[np.int64]) -> NDArray[np.int16]:
        """Return y at the words `at`, -1 before the first ADDR_Y."""
        sets = kinds == _ADDR_Y
        where = np.flatnonzero(sets)
        rows = np.empty(len(where) + 1, np.int16)
        rows[0], rows[1:] = self._row, words.take(where) & 0x7FF
        self._row = int(rows[-1])
        return _held(rows, sets, at)

    def times(self, words: Words, kinds: Kinds, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the time at the words `at` in µs, negative before the first TIME_HIGH."""
        raising, raised = self._raises(words, kinds)
        sets = kinds == _TIME_LOW
        sets[raising] = True
        where = np.flatnonzero(sets)
        low = words.take(where) & 0xFFF
        turns = np.searchsorted(where, raising)
        low[turns] = 0
        highs = np.concatenate([[self._high], raised]) << 12
        times = np.empty(len(where) + 1, np.int64)
        times[0] = _UNKNOWN if self._high < 0 else highs[0] | self._low
        edges = np.concatenate([[0], turns, [len(where)]])
        times[1:] = np.repeat(highs, edges[1:] - edges[:-1]) | low
        self._high = int(highs[-1]) >> 12
        self._low = int(low[-1]) if len(low) else self._low
        if highs[0] < 0:  # what is there of the low part has no meaning yet
            np.maximum(times, _UNKNOWN, out=times)
        return _held(times, sets, at)

    def _raises(self, words: Words, kinds: Kinds) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the words TIME_HIGH that change the high part, and what it is from there.

        Cameras repeat the word often; one that repeats the value leaves the low part as it is.
        """
        where = np.flatnonzero(kinds == _TIME_HIGH)
        values = np.empty(len(where) + 1, np.int16)
        values[0] = self._wraps[0] if self._wraps else _UNKNOWN
        values[1:] = words.take(where) & 0xFFF
        changes = np.flatnonzero(values[1:] != values[:-1])
        raised, self._wraps = unwrapped(values[1:][changes], 12, self._wraps)
        return where[changes], raised

    def bases(self, words: Words, kinds: Kinds) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return x of the first pixel and polarity of each vector; `NO_BASE` without a base.

        Args:
            words, kinds: the vectors and VECT_BASE_X, without the other words.
        """
        sets = kinds == _VECT_BASE_X
        vectors, where = np.flatnonzero(~sets), np.flatnonzero(sets)
        given, width = words.take(where), _WIDTHS.take(kinds)
        moved = np.cumsum(width)
        # What the base was before anything moved it in this block.
        starts = np.concatenate([[self._base], (given & 0x7FF) - moved.take(where)])
        on = np.concatenate([[self._polarity], given >> 11 & 1])
        held = np.cumsum(sets, dtype=np.int64).take(vectors)
        first = starts.take(held) + (moved - width).take(vectors)
        if self._base < 0:
            first[held == 0] = NO_BASE
        if self._base >= 0 or len(given):
            self._base = min(int(starts[-1]) + int(moved[-1]), _FAR)
        self._polarity = int(on[-1])
        return first, on.take(held)


def _held(values: NDArray[Any], sets: NDArray[np.bool_], at: NDArray[np.int64]) -> NDArray[Any]:
    """Return the value that holds at the words `at`: the last one set before or there.

    Args:
        values: what held before the first word, and what each of the words of `sets` sets.
        sets: which words set it.
        at: indices of words.
    """
    # `take` is a third faster than an index in brackets; `repeat` would be twice as slow.
    return values.take(np.cumsum(sets, dtype=np.int64).take(at))
