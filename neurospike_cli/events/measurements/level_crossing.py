r"""Send-on-delta (Miskowicz 2006): an event each time a channel has changed by a threshold.

With θ the threshold of a channel, v its value, linear between rows, and r its reference:

    r = v(0);   ON and r += θ where v reaches r + θ,   OFF and r -= θ where v reaches r - θ

So a ramp of slope s makes ⌊|Δv|/θ⌋ events, the k-th at kθ/|s|, and the sum of the events' signs
times θ is never further than θ from v - v(0). All rows are done at once: with u = (v - v(0))/θ,

    r_i = min(max(r_{i-1}, ⌊u_i⌋), ⌈u_i⌉)

is either decided by u_i and u_{i-1} alone, where the intervals [⌊u⌋, ⌈u⌉] of both have no more than
an end in common, or what it was before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.measurements._scale import Mode, channel_sizes
from neurospike_cli.events.measurements._statistics import ChannelStatistics
from neurospike_cli.events.measurements.measurement import Measurement, check_number, events_of
from neurospike_cli.events.signals.signal import Signal
from neurospike_cli.events.stream import Events


@dataclass(frozen=True, eq=False)
class Crossings:
    """Where channels crossed levels, by row, channel and time.

    Attributes:
        times: in µs from the first row on, (event,).
        channels: index of the channel, (event,).
        is_up: whether the value rose, (event,).
    """

    times: NDArray[np.float64]
    channels: NDArray[np.int64]
    is_up: NDArray[np.bool_]


class LevelCrossing(Measurement):
    """An event for each change by a threshold: ON where a channel rose, OFF where it fell."""

    type: Literal["level_crossing"] = "level_crossing"
    threshold: float = Field(default=0.5, gt=0.0, le=1e12)
    """The change that makes an event, in the signal's unit or as a share of its deviation."""
    threshold_mode: Mode = "learned"
    """Whether the threshold is a value, or a share of a channel's standard deviation in the
    signal itself (relative) or in the training signals (learned)."""

    @property
    def learns(self) -> bool:
        """Whether the threshold follows the training signals."""
        return self.threshold_mode == "learned"

    def events(
        self, signal: Signal, learned: ChannelStatistics | None, rng: np.random.Generator
    ) -> Events:
        """Return the events of a signal; nothing about them is random."""
        threshold = channel_sizes(self.threshold, self.threshold_mode, signal, learned)
        found = crossings(signal, threshold)
        return events_of(found.times, found.channels, 0, found.is_up)


def crossings(signal: Signal, threshold: NDArray[np.float64]) -> Crossings:
    """Return where a signal crosses levels; `threshold` is each channel's, (channel,)."""
    with np.errstate(over="ignore", invalid="ignore"):
        level = (signal.values - signal.values[0]) / threshold
        reference = _references(np.floor(level), np.ceil(level))
        steps = np.diff(reference, axis=0)
        check_number(float(np.abs(steps).sum()), signal, "threshold")
    row, channel = np.nonzero(steps)
    counts = np.abs(steps[row, channel]).astype(np.int64)
    row, channel = np.repeat(row, counts), np.repeat(channel, counts)
    number = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    sign = np.sign(steps[row, channel])
    before, after = level[row, channel], level[row + 1, channel]
    share = (reference[row, channel] + sign * number - before) / (after - before)
    elapsed = signal.elapsed
    times = elapsed[row] + (elapsed[row + 1] - elapsed[row]) * share
    return Crossings(times, channel, sign > 0)


def _references(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the reference after each row in thresholds, from floor and ceiling of the levels."""
    from_below = low[1:] >= high[:-1]
    is_decided = from_below | (high[1:] <= low[:-1])
    decided = np.zeros_like(low)
    decided[1:] = np.where(from_below, low[1:], high[1:])
    last = np.zeros(low.shape, dtype=np.int64)
    last[1:] = np.where(is_decided, np.arange(1, len(low))[:, None], 0)
    np.maximum.accumulate(last, axis=0, out=last)
    return np.take_along_axis(decided, last, axis=0)
