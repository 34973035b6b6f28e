r"""How long ago each channel had its last event, read at regular times.

    value = exp(-(t_k - t_last) / tau),   strength = floor(levels value + 1/2)

with t_last the channel's last event before t_k. The surfaces are read at the end of the step that
holds or ends with k interval, k = 1, 2, …; where the strength is 0 there is no input. It is
quantised because entries are whole numbers, to the nearest of `levels`: an event is remembered for
tau ln(2 levels), and `levels: 1` says only whether that was less than tau ln 2 ago.

A channel has one value, its last event's, so that a burst is not stronger than one event. Events
that are followed by another of their channel before a surface is read are counted as superseded;
those that a surface finds at strength 0 as faded; and what comes after the last surface as such.

A surface that is read often and forgotten slowly repeats itself, and drives all neurons at every
step with nearly the same: a network learns from it more slowly.

In memory an event takes up to tau ln(2 levels) / interval entries of 8 bytes, and all of them no
more than one per channel and surface.

Source: X. Lagorce et al., IEEE TPAMI 39 (2017) 1346-1359, equation 3, of a whole sensor. The
averages of Sironi et al. (2018) over a neighbourhood and over events are not made.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from neurospike_cli.events.encoders.encoder import whole_microseconds
from neurospike_cli.events.encoders.event_encoder import EventEncoder, Placed
from neurospike_cli.events.reasons import AFTER_LAST_SURFACE, FADED, SUPERSEDED
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.stream import EventStream
from neurospike_cli.units import Milliseconds

Integers = NDArray[np.int64]


class TimeSurface(EventEncoder):
    """An input the stronger the more recent the last event of the channel is."""

    type: Literal["time_surface"] = "time_surface"
    tau: Milliseconds = Field(default=10.0, gt=0.0, le=1e6)
    """Time constant with which an event is forgotten, in ms."""
    levels: int = Field(default=4, ge=1, le=1000)
    """Strength of an event that has just happened; older ones are whole numbers below it."""
    interval: Annotated[Milliseconds, AfterValidator(whole_microseconds)] = Field(
        default=5.0, gt=0.0, le=1e6
    )
    """Time from one reading of the surface to the next, a whole number of µs, in ms; up to `dt` it
    is read in every step."""

    def encode(self, stream: EventStream, duration: float) -> SpikeTrain:
        """Return one sample with the strength of every channel at every reading."""
        placed = self._placed(stream, duration)
        n_steps, n_channels = self.steps(duration), self.channels(stream.width, stream.height)
        steps = self.surface_steps(duration)
        surfaces, channels, strengths, fates = self._read(placed, (steps + 1) * self._dt_us)
        order = np.argsort(surfaces * n_channels + channels)
        return SpikeTrain(
            dt=self.dt,
            n_samples=1,
            n_steps=n_steps,
            n_channels=n_channels,
            offsets=np.searchsorted(steps[surfaces[order]], np.arange(n_steps + 1)),
            channels=channels[order].astype(np.int32),
            counts=strengths[order].astype(np.int32),
            dropped={reason: n for reason, n in (placed.dropped | fates).items() if n > 0},
        )

    def checks(self, duration: float) -> list[tuple[str, str]]:
        """Return what does not fit samples of `duration` ms: steps, or no surface is ever read."""
        return self._longer({"dt": self.dt, "interval": self.interval}, duration)

    def surface_steps(self, duration: float) -> Integers:
        """Return the steps at whose end a surface is read, ascending, (surface,)."""
        every, n_steps = max(self._dt_us, round(self.interval * 1000.0)), self.steps(duration)
        ends = np.arange(1, n_steps * self._dt_us // every + 1) * every
        return -(-ends // self._dt_us) - 1

    def strength(self, ages: Integers) -> Integers:
        """Return the strength of an event by its age in µs, of any shape."""
        values = np.exp(ages / (-1000.0 * self.tau))
        return np.floor(self.levels * values + 0.5).astype(np.int64)

    def _read(
        self, placed: Placed, ends: Integers
    ) -> tuple[Integers, Integers, Integers, dict[str, int]]:
        """Return surface, channel and strength of every entry, and how many events have none.

        Args:
            placed: the events.
            ends: when the surfaces are read, ascending, in µs.
        """
        order = np.argsort(placed.channels, kind="stable")
        times, channels = placed.times[order], placed.channels[order]
        # An event at the very end of a step belongs to the next one.
        first = np.searchsorted(ends, times, side="right")
        last = _until_the_next(first, channels, len(ends))
        fresh = np.searchsorted(ends, times + self._memory_us, side="right")
        lengths = np.maximum(np.minimum(last, fresh) - first, 0)
        events = np.repeat(np.arange(len(times)), lengths)
        surfaces = np.arange(len(events)) - (np.cumsum(lengths) - lengths - first)[events]
        strengths = self.strength(ends[surfaces] - times[events])
        lit = strengths > 0
        fates = _fates(first, last, len(ends), np.unique(events[lit]).size)
        return surfaces[lit], channels[events][lit], strengths[lit], fates

    @property
    def _memory_us(self) -> int:
        """An age from which on the strength is 0."""
        return math.ceil(1000.0 * self.tau * math.log(2.0 * self.levels)) + 1


def _until_the_next(first: Integers, channels: Integers, surfaces: int) -> Integers:
    """Return the surface from which on an event is not its channel's last any more, (event,)."""
    last = np.full(len(first), surfaces)
    same = channels[1:] == channels[:-1]
    last[:-1][same] = first[1:][same]
    return last


def _fates(first: Integers, last: Integers, surfaces: int, shown: int) -> dict[str, int]:
    """Return how many events are in no entry, by reason."""
    late = int(np.count_nonzero(first == surfaces))
    superseded = int(np.count_nonzero((last == first) & (first < surfaces)))
    faded = len(first) - shown - late - superseded
    return {SUPERSEDED: superseded, AFTER_LAST_SURFACE: late, FADED: faded}
