r"""Poisson events whose rate follows the size of a channel's value.

With s the scale of a channel and λ the rate at one s, a row holds until the next one:

    λ(t) = rate · |v(t)| / s,   E[events] = Σ_i λ(t_i) (t_{i+1} - t_i)

Events are ON where v > 0 and OFF where v < 0. Numbers of events are drawn for all rows and
channels, then their times, uniform within the row.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.measurements._scale import Mode, channel_sizes
from neurospike_cli.events.measurements._statistics import ChannelStatistics
from neurospike_cli.events.measurements.measurement import Measurement, check_number, events_of
from neurospike_cli.events.signals.signal import Signal
from neurospike_cli.events.stream import Events
from neurospike_cli.units import Hertz


class RateMeasurement(Measurement):
    """Random events, the more the larger a value is."""

    type: Literal["rate"] = "rate"
    rate: Hertz = Field(default=100.0, gt=0.0, le=1e6)
    """Mean number of events per second of a channel whose value is one scale, in Hz."""
    scale: float = Field(default=1.0, gt=0.0, le=1e12)
    """The value that has this rate, in the signal's unit or as a share of its deviation."""
    scale_mode: Mode = "learned"
    """Whether the scale is a value, or a share of a channel's standard deviation in the signal
    itself (relative) or in the training signals (learned)."""

    @property
    def learns(self) -> bool:
        """Whether the scale follows the training signals."""
        return self.scale_mode == "learned"

    def events(
        self, signal: Signal, learned: ChannelStatistics | None, rng: np.random.Generator
    ) -> Events:
        """Return random events of a signal."""
        expected = self.expected(signal, learned)
        check_number(float(expected.sum()), signal, "rate")
        numbers = rng.poisson(expected)
        row, channel = np.nonzero(numbers)
        counts = numbers[row, channel]
        row, channel = np.repeat(row, counts), np.repeat(channel, counts)
        times = signal.elapsed[row] + _steps(signal)[row] * rng.random(len(row))
        return events_of(times, channel, 0, signal.values[row, channel] > 0.0)

    def expected(self, signal: Signal, learned: ChannelStatistics | None) -> NDArray[np.float64]:
        """Return how many events each row and channel has on average, (row, channel)."""
        scale = channel_sizes(self.scale, self.scale_mode, signal, learned)
        with np.errstate(over="ignore"):
            rates: NDArray[np.float64] = self.rate * np.abs(signal.values) / scale
            return rates * (_steps(signal)[:, None] * 1e-6)


def _steps(signal: Signal) -> NDArray[np.float64]:
    """Return how long each row holds, in µs; the last one to the end of the signal."""
    elapsed = signal.elapsed
    return np.diff(elapsed, append=max(float(elapsed[-1]), float(signal.length)))
