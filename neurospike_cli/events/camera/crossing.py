"""When the difference that a pixel watches first reaches a threshold, to rounding.

While the log intensity runs along a line, the difference u µs later is

    d(u) = level + slope u + lag exp(-decay u)

a line, and what a low-pass filter still lags behind it. Its bend has the sign of `lag` everywhere,
and it turns at most once, at u = ln(lag decay / slope) / decay; on either side of that it reaches
each threshold at most once. Newton's iteration from the end of such a side at which d - threshold
has the sign of the bend goes straight to the crossing and never past it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: A threshold is reached from here on, in units of ln: rounding must not decide whether a step of
#: exactly three thresholds has three events.
CLOSE = 1e-10
#: The iteration ends where no crossing moves by more than this, in µs.
SETTLED = 1e-7
#: A crossing that the filter approaches in vain takes ln(20 / CLOSE) = 26 steps, others fewer.
MOST = 60


class Course(NamedTuple):
    """The difference of each pixel as a function of time; see the module.

    Attributes:
        level, lag: in units of ln, (pixel,).
        slope: per µs, (pixel,).
        decay: of the filter, per µs; 0 where there is none, and `lag` is 0 then.
    """

    level: Floats
    slope: Floats
    lag: Floats
    decay: float

    def of(self, chosen: NDArray[np.intp]) -> Course:
        """Return the courses of some pixels."""
        return Course(self.level[chosen], self.slope[chosen], self.lag[chosen], self.decay)

    def at(self, u: Floats) -> Floats:
        """Return the difference after `u` µs, (pixel,) each."""
        value: Floats = self.level + self.slope * u + self.lag * np.exp(-self.decay * u)
        return value

    def speed(self, u: Floats) -> Floats:
        """Return how fast the difference grows after `u` µs, per µs, (pixel,) each."""
        speed: Floats = self.slope - self.lag * self.decay * np.exp(-self.decay * u)
        return speed

    def turn(self) -> Floats:
        """Return when the difference turns, in µs; infinity where it never does, (pixel,)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = self.lag * self.decay / self.slope
            return np.where(ratio > 0.0, np.log(ratio) / self.decay, np.inf)


def first_crossing(
    course: Course, on: Floats, off: Floats, begin: Floats, end: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return when each pixel first reaches a threshold, and whether it is that of ON.

    Args:
        course: of the pixels.
        on, off: the thresholds, both positive, (pixel,).
        begin, end: where to look, in µs, (pixel,); a threshold that is passed at `begin` is
            reached there.

    Returns:
        The time, infinity where there is none, and the polarity, (pixel,) each.
    """
    high, low = on - CLOSE, CLOSE - off
    middle = np.clip(course.turn(), begin, end)
    edges = [begin, middle, end]
    values = [course.at(edge) for edge in edges]
    outside = [(value >= high) | (value <= low) for value in values]
    time = np.where(outside[0], begin, np.inf)
    is_on = values[0] >= high
    for k in (1, 2):
        here = np.flatnonzero(outside[k] & np.isinf(time))
        is_on[here] = values[k][here] >= high[here]
        target = np.where(is_on[here], high[here], low[here])
        time[here] = _root(course.of(here), target, edges[k - 1][here], edges[k][here])
    return time, is_on


def _root(course: Course, target: Floats, begin: Floats, end: Floats) -> Floats:
    """Return where each course reaches its target between two times, (pixel,) each, in µs."""
    level, slope, lag, decay = course
    u = np.where((course.at(begin) > target) == (lag > 0.0), begin, end)
    for _ in range(MOST if len(u) else 0):
        rest = lag * np.exp(-decay * u)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = (level + slope * u + rest - target) / (slope - decay * rest)
        # Without a slope there is nothing left to go: the end at which it turns is the crossing.
        following = np.clip(u - np.where(np.isfinite(step), step, 0.0), begin, end)
        moved, u = np.abs(following - u).max(), following
        if moved <= SETTLED:
            break
    return u
