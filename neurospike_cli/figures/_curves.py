"""Sampled signals as curves behind the events that were made of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Times in ms, (row,), and values, (row, channel).
Curves = tuple[NDArray[np.float64], NDArray[np.float64]]

#: The largest distance of a curve from its line, where lines are 1 apart.
REACH = 0.45
_NOTHING: Curves = np.empty(0), np.empty((0, 0))


def curves_in_rows(signals: Sequence[Curves | None], width: int) -> list[Curves]:
    """Return each signal as curves, channel x around the height x, one scale for all signals.

    A channel's largest distance from its mean over all signals becomes `REACH`.

    Args:
        signals: them; None where there is none.
        width: number of lines; a signal with another number of channels has no curves.
    """
    fits = [curves is not None and curves[1].shape[1] == width for curves in signals]
    rows = [curves[1] for curves, fit in zip(signals, fits, strict=True) if curves and fit]
    if not rows:
        return [_NOTHING] * len(signals)
    middle = np.concatenate(rows).mean(axis=0)
    reach = np.abs(np.concatenate(rows) - middle).max(axis=0)
    scale, lines = REACH / np.where(reach > 0.0, reach, 1.0), np.arange(width)
    return [
        (curves[0], lines + scale * (curves[1] - middle)) if curves and fit else _NOTHING
        for curves, fit in zip(signals, fits, strict=True)
    ]
