"""Statistics of channels over many signals, without holding more than one of them.

Parts are joined by Chan, Golub & LeVeque (1983):

    n = n_a + n_b,   δ = mean_b - mean_a
    mean = mean_a + δ n_b / n,   M = M_a + M_b + δ² n_a n_b / n,   sd = sqrt(M / n)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

Channels = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ChannelStatistics:
    """What is known of each channel, (channel,) each.

    Attributes:
        rows: how many there are.
        mean: their mean.
        squares: sum of the squared distances from it.
        low, high: smallest and largest value.
    """

    rows: int
    mean: Channels
    squares: Channels
    low: Channels
    high: Channels

    @property
    def deviation(self) -> Channels:
        """Standard deviation of each channel, 0 where all values are one."""
        # The mean of equal values is rounded, so that their squares need not sum to 0.
        is_constant = self.low == self.high
        return np.where(is_constant, 0.0, np.sqrt(self.squares / self.rows))

    def joined(self, other: ChannelStatistics) -> ChannelStatistics:
        """Return the statistics of the rows of both."""
        rows, apart = self.rows + other.rows, other.mean - self.mean
        return ChannelStatistics(
            rows,
            self.mean + apart * (other.rows / rows),
            self.squares + other.squares + apart**2 * (self.rows * other.rows / rows),
            np.minimum(self.low, other.low),
            np.maximum(self.high, other.high),
        )


def statistics_of(parts: Iterable[Channels]) -> ChannelStatistics:
    """Return the statistics over all rows of some arrays (row, channel); empty ones add nothing."""
    return reduce(ChannelStatistics.joined, (_of(part) for part in parts if len(part)))


def _of(values: Channels) -> ChannelStatistics:
    with np.errstate(over="ignore", invalid="ignore"):  # whoever uses it asks whether it is finite
        mean = values.mean(axis=0)
        squares = ((values - mean) ** 2).sum(axis=0)
    return ChannelStatistics(len(values), mean, squares, values.min(axis=0), values.max(axis=0))
