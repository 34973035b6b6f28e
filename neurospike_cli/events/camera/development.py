"""What pixels answer to an exposure, exactly: one event of each at a time.

With x = begins + slope u, u µs after the start, the photoreceptor tells

    y(u) = x - slope / decay + (y_0 - begins + slope / decay) exp(-decay u)        or y = x

and the reference is R(u) = q - leak u, whose q every event changes. So the difference that a pixel
watches is a `Course`, and its next event the earlier of its first crossing and its next spontaneous
event. All pixels of the exposure go from one to the next together, until none has any left.

A crossing is a leak event where the reference moves faster than y at that time, and else signal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.camera.crossing import Course, first_crossing
from neurospike_cli.events.camera.exposure import Exposure
from neurospike_cli.events.camera.pixels import Memory, Pixels
from neurospike_cli.events.camera.spontaneous import Spontaneous
from neurospike_cli.events.truth import Truth

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


class Fired(NamedTuple):
    """Events of pixels, those of one pixel in order.

    Attributes:
        pixels: row-major numbers, (event,).
        time: in µs, not rounded, (event,).
        is_on: polarity, (event,).
        truth: what made each, a `Truth`, (event,).
    """

    pixels: Places
    time: Floats
    is_on: NDArray[np.bool_]
    truth: NDArray[np.uint8]


def joined(parts: Sequence[Fired]) -> Fired:
    """Return the events of all parts, one at least, one after the other."""
    return Fired(
        np.concatenate([part.pixels for part in parts]),
        np.concatenate([part.time for part in parts]),
        np.concatenate([part.is_on for part in parts]),
        np.concatenate([part.truth for part in parts]),
    )


class Development:
    """The pixels of one exposure on their way through it.

    Args:
        exposure: what they see.
        pixels: what the pixels of the sensor are.
        memory: what they remember; `run` writes to it.
        spontaneous: what they would fire of themselves.
        decay: of the photoreceptor, per µs.
        hold: the refractory period, in µs.
    """

    def __init__(
        self,
        exposure: Exposure,
        pixels: Pixels,
        memory: Memory,
        spontaneous: Spontaneous,
        *,
        decay: float,
        hold: float,
    ) -> None:
        self.exposure, self.memory, self.spontaneous = exposure, memory, spontaneous
        self.hold, own = hold, exposure.pixels
        self.on, self.off, self.leak = pixels.on[own], pixels.off[own], pixels.leak[own]
        self.next = spontaneous.first[:-1].copy()
        behind = exposure.slope / decay if decay else np.zeros(len(own))
        lag = memory.light[own] - exposure.begins + behind if decay else behind
        self.light = Course(exposure.begins - behind, exposure.slope, lag, decay)
        #: Whether what the photoreceptor tells steps at the start, which is infinitely fast.
        self.steps = self.light.at(np.zeros(len(own))) != memory.light[own]
        #: The reference at the start, were it set as it is now all along; and from when it counts.
        self.reference = memory.reference[own]
        self.begin = np.zeros(len(own))

    def run(self) -> list[Fired]:
        """Return the events, wave by wave, and leave the memory as it is at the exposure's end."""
        until, length = self.memory.held_until[self.exposure.pixels], self.exposure.length
        start = self.exposure.start
        held = np.flatnonzero(until > start)
        self._resume(held, until[held] - start[held])
        active, waves = np.flatnonzero(self.begin <= length), []
        while len(active):
            fired, active = self._wave(active)
            waves.append(fired)
        own = self.exposure.pixels
        self.memory.light[own] = self.light.at(length)
        self.memory.reference[own] = self.reference - self.leak * length
        self.memory.held_until[own] = np.where(self.begin > length, start + self.begin, start)
        return waves

    def _wave(self, active: Places) -> tuple[Fired, Places]:
        """Return the next event of each pixel that has one, and the pixels that may have more."""
        coming = self._coming(active)
        begin = self.begin[active]
        end = np.maximum(np.minimum(coming, self.exposure.length[active]), begin)
        course = self._difference(active)
        time, is_on = first_crossing(course, self.on[active], self.off[active], begin, end)
        crosses, own = np.isfinite(time), np.isinf(time) & np.isfinite(coming)
        signal = self._cross(active[crosses], time[crosses], is_on[crosses])
        noise = self._fire(active[own], coming[own])
        goes_on = active[crosses | own]
        fired = joined([signal, noise])
        return fired, goes_on[self.begin[goes_on] <= self.exposure.length[goes_on]]

    def _coming(self, active: Places) -> Floats:
        """Return when the next spontaneous event of each pixel comes, infinity if none, in µs."""
        at = self.next[active]
        left = at < self.spontaneous.first[active + 1]
        coming = np.full(len(active), np.inf)
        coming[left] = self.spontaneous.time[at[left]]
        return coming

    def _difference(self, active: Places) -> Course:
        level, slope, lag, decay = self.light.of(active)
        return Course(level - self.reference[active], slope + self.leak[active], lag, decay)

    def _cross(self, places: Places, time: Floats, is_on: NDArray[np.bool_]) -> Fired:
        """Fire the pixels that have crossed a threshold."""
        at_step = self.steps[places] & (time == 0.0)
        leaks = is_on & ~at_step & (self.leak[places] > self.light.of(places).speed(time))
        truth = np.where(leaks, np.uint8(Truth.LEAK), np.uint8(Truth.SIGNAL))
        if self.hold:
            self._resume(places, time + self.hold)
        else:
            moved = np.where(is_on, self.on[places], -self.off[places])
            self.reference[places] += moved
            self.begin[places] = time
        return self._fired(places, time, is_on, truth)

    def _fire(self, places: Places, time: Floats) -> Fired:
        """Fire the pixels whose spontaneous event has come, but for those that are refractory."""
        number = self.next[places]
        self.next[places] += 1
        sees = time >= self.begin[places]
        places, time, number = places[sees], time[sees], number[sees]
        self._resume(places, time + self.hold)
        spontaneous = self.spontaneous
        return self._fired(places, time, spontaneous.is_on[number], spontaneous.truth[number])

    def _resume(self, places: Places, time: Floats) -> None:
        """Let the reference of pixels be what the photoreceptor tells at a time."""
        self.reference[places] = self.light.of(places).at(time) + self.leak[places] * time
        self.begin[places] = time

    def _fired(
        self, places: Places, time: Floats, is_on: NDArray[np.bool_], truth: NDArray[np.uint8]
    ) -> Fired:
        return Fired(self.exposure.pixels[places], self.exposure.start[places] + time, is_on, truth)
