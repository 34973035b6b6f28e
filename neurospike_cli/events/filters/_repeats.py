"""Which events are the first of their kind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def is_first(*keys: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Return for each event whether no event before it has the same `keys`, (event,) each."""
    order = np.lexsort(keys)  # stable: of equal keys the earliest comes first
    differs = np.ones(len(order), dtype=bool)
    differs[1:] = np.any([key[order][1:] != key[order][:-1] for key in keys], axis=0)
    first = np.zeros(len(order), dtype=bool)
    first[order[differs]] = True
    return first
