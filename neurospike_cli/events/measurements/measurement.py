"""What a measurement is: it turns a signal into events, as a sensor that reports changes would."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.measurements._statistics import ChannelStatistics
from neurospike_cli.events.signals.signal import Signal
from neurospike_cli.events.stream import EVENT_DTYPE, Events, sorted_by_time
from neurospike_cli.registry import Component

#: The most events that are made of one signal: 220 MB.
MOST_EVENTS = 2**24


class Measurement(Component):
    """Turns signals into events: x is the channel, and t counts from the first row on."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "level_crossing"

    @property
    def learns(self) -> bool:
        """Whether `events` needs statistics of the training signals."""
        return False

    def size(self, channels: int) -> tuple[int, int]:
        """Return width and height of the sensor that `channels` channels make, in px."""
        return channels, 1

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key, message)."""
        return []

    @abstractmethod
    def events(
        self, signal: Signal, learned: ChannelStatistics | None, rng: np.random.Generator
    ) -> Events:
        """Return the events of a signal in ascending time.

        Args:
            signal: it.
            learned: statistics of the training signals, where the measurement learns.
            rng: the signal's.

        Raises:
            DataError: there would be more than `MOST_EVENTS`.
        """


def events_of(
    times: NDArray[np.float64],
    x: NDArray[np.int64],
    y: NDArray[np.int64] | int,
    is_on: NDArray[np.bool_],
) -> Events:
    """Return events in ascending time; those of one time keep their order.

    Args:
        times: in µs, rounded down to whole ones, (event,).
        x, y: pixels, (event,).
        is_on: polarities, (event,).
    """
    events = np.zeros(len(times), dtype=EVENT_DTYPE)
    events["t"], events["x"], events["y"], events["p"] = np.floor(times), x, y, is_on
    return sorted_by_time(events)


def check_number(events: float, signal: Signal, key: str) -> None:
    """Refuse a signal that makes too many events, or a number that is none."""
    if not events <= MOST_EVENTS:
        raise DataError(
            f"makes {events:.3g} events; at most {MOST_EVENTS:,} are made of a signal",
            where=signal.provenance,
            hint=f"make `data.measurement.{key}` coarser, or cut the signal",
        )
