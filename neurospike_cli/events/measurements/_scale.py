"""How large a step of a channel is: given, or a share of how much the channel varies.

| mode | size of channel c |
|---|---|
| absolute | size, in the unit of the signal |
| relative | size · sd of c in this signal: how strong a signal is no longer matters |
| learned | size · sd of c over the training signals: no other signal has a part in it |

A channel that never changes has no size, inf: nothing is measured on it.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.measurements._statistics import ChannelStatistics, statistics_of
from neurospike_cli.events.signals.signal import Signal

Mode = Literal["absolute", "relative", "learned"]


def channel_sizes(
    size: float, mode: Mode, signal: Signal, learned: ChannelStatistics | None
) -> NDArray[np.float64]:
    """Return the size of each channel, (channel,).

    Args:
        size: absolute, or as a share of a standard deviation.
        mode: which.
        signal: the signal that is measured.
        learned: statistics of the training signals.

    Raises:
        DataError: the values are too large for a standard deviation.
    """
    deviation = _DEVIATION[mode](signal, learned)
    if not np.isfinite(deviation).all():
        raise DataError(
            "has values too large for a standard deviation",
            where=signal.provenance,
            hint="give the size in the signal's unit, with the mode absolute",
        )
    return np.where(deviation > 0.0, size * deviation, np.inf)


def _none(signal: Signal, learned: ChannelStatistics | None) -> NDArray[np.float64]:
    return np.ones(signal.values.shape[1])


def _own(signal: Signal, learned: ChannelStatistics | None) -> NDArray[np.float64]:
    return statistics_of([signal.values]).deviation


def _learned(signal: Signal, learned: ChannelStatistics | None) -> NDArray[np.float64]:
    assert learned is not None, "a measurement that learns is given statistics"
    return learned.deviation


_DEVIATION = {"absolute": _none, "relative": _own, "learned": _learned}
