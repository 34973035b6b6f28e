"""Signals in memory: channels that were sampled together, before they become events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

#: The most numbers that a file may hold: 1 GiB in memory.
MOST_VALUES = 2**27


@dataclass(frozen=True, eq=False)
class Signal:
    """One stretch of a file, of one class.

    Attributes:
        times: when each row was sampled, in µs, never descending, (row,); read-only.
        values: finite, (row, channel); read-only.
        label: what the file calls its class; None where it tells none.
        provenance: the file and the line that it begins with.
        dropped: rows of this stretch that were left out, by reason.
    """

    times: NDArray[np.float64]
    values: NDArray[np.float64]
    label: str | None
    provenance: str
    dropped: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for array in (self.times, self.values):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.times)

    @property
    def elapsed(self) -> NDArray[np.float64]:
        """Times from the first row on, in µs, (row,)."""
        elapsed: NDArray[np.float64] = self.times - self.times[0]
        return elapsed

    @property
    def length(self) -> int:
        """How long it lasts in whole µs; the last row lasts as long as the rows do on average.

        A single row has no length: 0.
        """
        steps = max(1, len(self) - 1)
        return round(float(self.times[-1] - self.times[0]) * len(self) / steps)

    def part(self, start: float, end: float) -> Signal:
        """Return the rows with start <= elapsed < end, in µs; its times count from start."""
        elapsed = self.elapsed
        first, last = np.searchsorted(elapsed, [start, end])
        times = elapsed[first:last] - start
        return Signal(times, self.values[first:last], self.label, self.provenance)


@dataclass(frozen=True, eq=False)
class SignalFile:
    """What a file holds.

    Attributes:
        channels: names of the channels, the same for all its signals.
        signals: in the order of the file, one at least.
    """

    channels: tuple[str, ...]
    signals: tuple[Signal, ...]

    @property
    def nbytes(self) -> int:
        """What it takes in memory."""
        return sum(signal.times.nbytes + signal.values.nbytes for signal in self.signals)
