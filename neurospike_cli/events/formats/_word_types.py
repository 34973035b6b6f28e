"""What words of a stream are that are no events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError

UNKNOWN = "unknown_words"
#: Words of no known type that a file may have: as many, and this part of all words.
_FEW, _PART = 100, 0.01


def count_types(
    kinds: NDArray[np.unsignedinteger], known: Collection[int], stepped_over: Mapping[int, str]
) -> Counter[str]:
    """Return how many words are stepped over, by what they are.

    Args:
        kinds: type of each word, below 16.
        known: types that the decoder reads.
        stepped_over: names of the types that it knows and does not read.
    """
    counts = Counter[str]()
    aside = set(range(16)) - set(known)
    if not _are_any(kinds, aside):
        return counts
    for kind in sorted(aside):
        # Sixteen comparisons of bytes take less time than one histogram.
        if count := int(np.count_nonzero(kinds == kind)):
            counts[stepped_over.get(kind, UNKNOWN)] += count
    return counts


def _are_any(kinds: NDArray[np.unsignedinteger], wanted: Collection[int]) -> bool:
    """Say whether a word is of one of these types, from a set of types in the bits of a number."""
    types = np.uint16(sum(1 << kind for kind in wanted))
    return bool((types >> kinds & 1).any())


def check_known(stepped_over: Counter[str], words: int, where: str) -> None:
    """Refuse a file with many words of no known type: it is something else, or damaged.

    Raises:
        DataError: more than 100 and more than 1 % of the words so far.
    """
    unknown = stepped_over[UNKNOWN]
    if unknown > max(_FEW, _PART * words):
        raise DataError(
            f"{unknown} of the first {words} words are of no known type; at most {_FEW}, or "
            f"{_PART:.0%}, are stepped over",
            where=where,
            hint="check that the file is of the format that its header names, or get it again",
        )
