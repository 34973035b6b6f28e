r"""Population coding by overlapping receptive fields (Bohte, Kok & La Poutre 2002).

Each channel has fields that divide its range [low, high], Gaussians whose activity g_k is in
`events/receptive_fields.py`. Every `interval` T the value of a channel, linear between rows, is
read, first at time 0; field k emits one event T (1 - g_k) later if g_k >= cutoff. A field that
answers strongly is early, one that answers weakly late or silent. x is the channel, y the field,
from 0, and every event is ON.

A channel whose range is empty, as one that never changed in training, has no fields that answer.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.measurements._statistics import ChannelStatistics
from neurospike_cli.events.measurements.measurement import Measurement, check_number, events_of
from neurospike_cli.events.receptive_fields import LEAST_FIELDS, OVERLAP, activity
from neurospike_cli.events.signals.signal import Signal
from neurospike_cli.events.stream import Events
from neurospike_cli.units import Milliseconds


class PopulationMeasurement(Measurement):
    """Fields of each channel that answer to its value, the stronger the earlier."""

    type: Literal["population"] = "population"
    fields: int = Field(default=8, ge=LEAST_FIELDS, le=1024)
    """Number of fields of each channel."""
    interval: Milliseconds = Field(default=10.0, gt=0.0, le=1e6)
    """How often values are read, and the latest answer, in ms."""
    overlap: float = Field(default=OVERLAP, gt=0.0, le=100.0)
    """β: how narrow fields are; 1 to 2 in the paper."""
    cutoff: float = Field(default=0.1, gt=0.0, lt=1.0)
    """The weakest answer that makes an event, as a fraction of the strongest."""
    low: float | None = None
    """Lower end of all channels' ranges; without it, each one's least value in training."""
    high: float | None = None
    """Upper end of all channels' ranges; without it, each one's largest value in training."""

    @property
    def learns(self) -> bool:
        """Whether an end of the range follows the training signals."""
        return self.low is None or self.high is None

    def size(self, channels: int) -> tuple[int, int]:
        """Return a column of fields for each channel."""
        return channels, self.fields

    def checks(self) -> list[tuple[str, str]]:
        """Return whether the range is empty."""
        if self.low is not None and self.high is not None and self.low >= self.high:
            return [("high", f"must be above low, {self.low:g}; got {self.high:g}")]
        return []

    def events(
        self, signal: Signal, learned: ChannelStatistics | None, rng: np.random.Generator
    ) -> Events:
        """Return the events of a signal; nothing about them is random."""
        interval = max(1, round(self.interval * 1000.0))
        reads = int(signal.elapsed[-1]) // interval + 1
        check_number(float(reads) * signal.values.shape[1] * self.fields, signal, "interval")
        starts = np.arange(reads, dtype=np.float64) * interval
        answers = activity(
            values_at(signal, starts), *self._range(learned), self.fields, self.overlap
        )
        read, channel, field = np.nonzero(answers >= self.cutoff)
        times = starts[read] + interval * (1.0 - answers[read, channel, field])
        return events_of(times, channel, field, np.ones(len(times), dtype=bool))

    def _range(
        self, learned: ChannelStatistics | None
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        low, high = (None, None) if learned is None else (learned.low, learned.high)
        ends = (low if self.low is None else self.low, high if self.high is None else self.high)
        return np.asarray(ends[0], dtype=np.float64), np.asarray(ends[1], dtype=np.float64)


def values_at(signal: Signal, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values of a signal, linear between its rows, (time, channel).

    Args:
        signal: it.
        times: in µs from the first row on, none after the last.
    """
    elapsed, last = signal.elapsed, len(signal) - 1
    after = np.minimum(np.searchsorted(elapsed, times, side="right"), last)
    before = np.maximum(after - 1, 0)
    step = elapsed[after] - elapsed[before]
    share = np.where(step > 0.0, (times - elapsed[before]) / np.where(step > 0.0, step, 1.0), 1.0)
    first, second = signal.values[before], signal.values[after]
    values: NDArray[np.float64] = first * (1.0 - share)[:, None] + second * share[:, None]
    return values
