"""The arithmetic of the tables: medians, ratios and a straight line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import quantiles
from typing import Any, NamedTuple

import numpy as np

Measured = Mapping[str, Mapping[str, Any]]


class Line(NamedTuple):
    """t = constant + slope · events, and how far a measured t lies from it at most.

    Attributes:
        constant: time without any event, in ms.
        slope: time of one more event, in ms.
        deviation: largest distance, as a share of the measured time.
    """

    constant: float
    slope: float
    deviation: float


def timing(seconds: Sequence[float]) -> dict[str, float]:
    """Return median and quartiles in ms."""
    low, median, high = (1e3 * q for q in quantiles(seconds, n=4, method="inclusive"))
    return {
        "median_ms": round(median, 3),
        "quartile_1_ms": round(low, 3),
        "quartile_3_ms": round(high, 3),
    }


def least(rows: Measured, names: Iterable[str], quantity: str) -> str:
    """Return which of `names` has the least of a quantity, the first of equals."""
    return min(names, key=lambda name: rows[name][quantity])


def ratio(rows: Measured, ours: str, other: str, quantity: str) -> float:
    """Return how many times our amount of a quantity the other has."""
    return round(float(rows[other][quantity]) / float(rows[ours][quantity]), 2)


def fit_line(events: Sequence[float], ms: Sequence[float]) -> Line:
    """Return the line with the least squares of relative distances.

    Absolute ones would leave the line to the longest times alone.
    """
    x, t = np.asarray(events, dtype=float), np.asarray(ms, dtype=float)
    slope, constant = np.polyfit(x, t, 1, w=1 / t)
    distances = np.abs(constant + slope * x - t) / t
    return Line(float(constant), float(slope), float(distances.max()))
