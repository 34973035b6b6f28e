r"""Gaussian receptive fields: a value as the activity of a population (Bohte et al. 2002).

    centre_k = low + (k - 1/2) (high - low) / (fields - 2),   k = 0 … fields - 1
    width    = (high - low) / (beta (fields - 2))
    g_k(x)   = exp(-(x - centre_k)² / (2 width²))

The first and the last centre lie half a distance outside of the range, so that a value at its end
is between two fields as any other value is. Neighbours are beta widths apart.

Source: S. M. Bohte, J. N. Kok, H. La Poutré, Neurocomputing 48 (2002) 17-37.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Of this number on there is a distance between the fields.
LEAST_FIELDS = 3
#: The paper's overlap: neighbours meet at exp(-beta² / 8) = 0.75.
BETA = 1.5


def centres(fields: int, low: float = 0.0, high: float = 1.0) -> NDArray[np.float64]:
    """Return the values at which each field is most active, ascending, (field,)."""
    numbers = np.arange(fields, dtype=np.float64)
    return low + (numbers - 0.5) * ((high - low) / (fields - 2))


def activity(
    values: NDArray[np.float64],
    fields: int,
    low: float = 0.0,
    high: float = 1.0,
    beta: float = BETA,
) -> NDArray[np.float64]:
    """Return how active each field is for each value, 0 to 1, (field, *value).

    Args:
        values: of any shape, in the unit of `low` and `high`.
        fields: how many there are, `LEAST_FIELDS` or more.
        low, high: the range that the fields divide.
        beta: distance of the fields in widths; the larger, the fewer of them a value drives.
    """
    width = (high - low) / (beta * (fields - 2))
    distance = np.subtract.outer(centres(fields, low, high), values) / width
    active: NDArray[np.float64] = np.exp(-0.5 * distance**2)
    return active
