r"""Gaussian receptive fields: a value as the activity of a population (Bohte et al. 2002).

    centre_k = low + (2k - 3)/2 (high - low) / (fields - 2),   k = 1 … fields
    width    = (high - low) / (overlap (fields - 2))
    g_k(x)   = exp(-(x - centre_k)² / (2 width²))

The first and the last centre lie half a distance outside of the range, so that a value at its end
is between two fields as any other value is. Neighbours are `overlap` widths apart.

Source: S. M. Bohte, J. N. Kok, H. La Poutré, Neurocomputing 48 (2002) 17-37.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: From this number on there is a distance between the fields.
LEAST_FIELDS = 3
#: The paper's; neighbours meet at exp(-overlap² / 8) = 0.75.
OVERLAP = 1.5


def activity(
    values: NDArray[np.float64], low: ArrayLike, high: ArrayLike, fields: int, overlap: float
) -> NDArray[np.float64]:
    """Return how active each field is for each value, 0 to 1, (*value, field).

    Args:
        values: of any shape.
        low, high: the range that the fields divide; one, or one for each value. Where it is empty
            no field is active.
        fields: how many there are, `LEAST_FIELDS` or more.
        overlap: distance of the fields in widths; the larger, the fewer of them a value drives.
    """
    begin, end = (np.asarray(edge, dtype=np.float64)[..., None] for edge in (low, high))
    apart = (end - begin) / (fields - 2)
    places = np.arange(fields) - 0.5
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        distance = (values[..., None] - begin) / apart - places
        active: NDArray[np.float64] = np.exp(-0.5 * (distance * overlap) ** 2)
    return np.where(apart > 0.0, active, 0.0)
