"""An event camera as a set of parameters (Lichtsteiner, Posch & Delbruck 2008).

Each pixel compares the logarithm of its light with a reference. With x the log intensity, y what
the photoreceptor makes of it and R the reference:

    dy/dt = (x - y) / tau,  tau = 1 / (2 pi bandwidth)        y = x without a bandwidth
    dR/dt = -leak_rate threshold_on

An event is ON where y - R reaches the pixel's ON threshold, OFF where it reaches minus its OFF
threshold. The reference then moves by that threshold; with a refractory period the pixel sees
nothing for so long, and the reference is y at its end. So constant light makes an ON event every
1 / leak_rate, and a slow change of x by D makes floor(|D| / threshold) events. An ON event is the
leak's where R moves faster than y at that time, and the signal's where it does not.

A pixel's thresholds are drawn once, from a normal distribution; one at or below `LEAST_THRESHOLD`
is drawn again. Shot noise makes events that follow no change, half of them ON, at a rate that
falls with the light, shot_rate (1 - (1 - shot_rate_bright) I), I the light relative to white (Hu,
Liu & Delbruck 2021, v2e); hot pixels do so at `hot_rate` in any light. After such an event the
reference is y, as after any; within a refractory period there is none.
"""

from __future__ import annotations

import math

from pydantic import Field

from neurospike_cli.registry import Parameters
from neurospike_cli.units import Fraction, Hertz, Milliseconds

#: No comparator tells smaller differences, in units of ln.
LEAST_THRESHOLD = 0.01


class Camera(Parameters):
    """An event camera; as it stands an ideal one, without noise, lag or dead time."""

    contrast: float = Field(default=1.0, gt=0.0, le=20.0)
    """How much brighter white is than black, or a pattern than its ground; ln of the ratio."""
    threshold_on: float = Field(default=0.2, ge=2 * LEAST_THRESHOLD, le=20.0)
    """Rise of the log intensity that makes an ON event; ln of a ratio."""
    threshold_off: float = Field(default=0.2, ge=2 * LEAST_THRESHOLD, le=20.0)
    """Fall of the log intensity that makes an OFF event; ln of a ratio."""
    threshold_sigma: float = Field(default=0.0, ge=0.0, le=5.0)
    """Standard deviation of the thresholds from pixel to pixel; ln of a ratio."""
    bandwidth: Hertz | None = Field(default=None, gt=0.0, le=1e6)
    """Corner frequency of the photoreceptor; without it, it follows at once, in Hz."""
    refractory_period: Milliseconds = Field(default=0.0, ge=0.0, le=1e6)
    """How long a pixel sees nothing after an event, in ms."""
    leak_rate: Hertz = Field(default=0.0, ge=0.0, le=1e4)
    """Rate of ON events of a pixel in constant light, by its reference that sinks, in Hz."""
    shot_rate: Hertz = Field(default=0.0, ge=0.0, le=1e6)
    """Rate of noise events of a pixel in the dark, in Hz."""
    shot_rate_bright: Fraction = 0.25
    """The rate of noise events in the light of white, as a fraction of `shot_rate`."""
    hot_pixels: int = Field(default=0, ge=0, le=10_000)
    """How many pixels of the sensor fire at `hot_rate`, the same in all recordings; a number."""
    hot_rate: Hertz = Field(default=100.0, ge=0.0, le=1e6)
    """Rate of events of a hot pixel, in Hz."""

    @property
    def decay(self) -> float:
        """1 / tau of the photoreceptor, per µs; 0 where it follows at once."""
        return 0.0 if self.bandwidth is None else 2.0 * math.pi * self.bandwidth * 1e-6

    @property
    def hold(self) -> float:
        """The refractory period, in µs."""
        return self.refractory_period * 1000.0

    def checks(self, width: int, height: int) -> list[tuple[str, str]]:
        """Return what is wrong across fields on a sensor of `width` × `height` px."""
        problems = []
        least = min(self.threshold_on, self.threshold_off) / 2
        if self.threshold_sigma > least:
            message = f"must be at most half of the lower threshold, {least:g}"
            problems.append(("threshold_sigma", f"{message}; got {self.threshold_sigma:g}"))
        if self.hot_pixels > width * height:
            message = f"must be at most the {width * height} pixels of the sensor"
            problems.append(("hot_pixels", f"{message}; got {self.hot_pixels}"))
        return problems
