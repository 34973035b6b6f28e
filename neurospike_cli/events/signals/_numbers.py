"""Numbers in text: fast where all is well, and to the very field where it is not.

A number is what Python's `float` reads, in ASCII digits and without ``_``; it is rounded correctly.
A field that is empty, ``?``, ``nan``, ``na`` or ``null`` is a missing value, NaN. Infinities, and
what is beyond the range of float64, are refused.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError

_MISSING = frozenset({"", "?", "nan", "na", "n/a", "null"})


def number_of(field: str) -> float | None:
    """Return the number that a field holds, NaN for a missing value, None if it is neither."""
    text = field.strip()
    if text.lower() in _MISSING:
        return math.nan
    if not text.isascii() or "_" in text:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def is_number(field: str) -> bool:
    """Say whether a field holds a number, a missing value apart."""
    value = number_of(field)
    return value is not None and not math.isnan(value)


def numbers_of(text: str, separator: str) -> NDArray[np.float64] | None:
    """Return the numbers of one line, NaN for missing values; None if a field is neither."""
    if not text.strip():
        return np.array([math.nan])
    try:
        fast: NDArray[np.float64] = np.loadtxt(
            [text], dtype=np.float64, delimiter=separator, comments=None, ndmin=1
        )
    except ValueError:
        slow = [number_of(field) for field in text.split(separator)]
        return None if None in slow else np.array(slow, dtype=np.float64)
    return fast


def is_refused(field: str, *, may_miss: bool) -> bool:
    """Say whether a field holds no finite number and, if that is so, is not missing either."""
    value = number_of(field)
    if value is None:
        return True
    return math.isinf(value) or (math.isnan(value) and not may_miss)


def refuse_field(field: str, name: str, where: str) -> DataError:
    """Return the error about a field that is no finite number."""
    value = number_of(field)
    got = f"got {field.strip()[:40]!r}"
    if value is None:
        hint = "use a decimal point" if "," in field else "correct the field, or take the line out"
        return DataError(f"{name} must be a number; {got}", where=where, hint=hint)
    if math.isnan(value):
        return DataError(
            f"{name} has no value; {got}",
            where=where,
            hint="give it a value, or set `data.missing` to drop: such rows are then counted",
        )
    return DataError(
        f"{name} must be a finite number, below 1.8e308; {got}",
        where=where,
        hint="correct the field, or take the line out",
    )
