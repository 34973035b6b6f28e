"""A ball that flies straight and bounces off the edges of the sensor.

The middle of the ball moves in [0, width - 1] × [0, height - 1]. Unfolded at the walls its flight
is one straight line, so that each coordinate is a triangle wave, A being the side:

    c(t) = A - |A - ((c_0 + v_c t) mod 2A)|

Between two bounces the motion is straight, and the ball's edge passes a pixel q at the roots of
|c + v t - q|² = radius²: the earlier is an ON event, the later an OFF event, each where it lies
within its piece of the flight. A pixel covered during a bounce has its ON before and its OFF after.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.patterns._crossings import (
    on_off_events,
    pixel_grid,
    refuse_too_many,
    unit_vector,
)
from neurospike_cli.events.patterns.pattern import Pattern, Velocity
from neurospike_cli.events.stream import Events

Passages = tuple[NDArray[np.int64], NDArray[np.float64]]


class Flight(NamedTuple):
    """Where the middle of the ball is at t = 0, in px, and its velocity, in px/ms."""

    x: float
    y: float
    vx: float
    vy: float


class BouncingBall(Pattern):
    """A bright ball that the edges of the sensor reflect."""

    pattern: Literal["bouncing_ball"] = "bouncing_ball"
    velocity: Velocity = 0.5
    """Speed of the ball, in px/ms."""
    radius: float = Field(default=2.0, gt=0.0, le=4096.0)
    """Radius of the ball, in px."""
    direction: float | None = Field(default=None, ge=-360.0, le=360.0)
    """Where it flies to at first: 0 = right, 90 = up, in degrees; without it, random."""
    x: float | None = Field(default=None, ge=0.0, le=4096.0)
    """Where its middle is at first, from the left, in px; without it, random."""
    y: float | None = Field(default=None, ge=0.0, le=4096.0)
    """Where its middle is at first, from the top, in px; without it, random."""
    velocity_jitter: float = Field(default=0.1, ge=0.0, lt=1.0)
    """Largest difference of a sample's velocity, uniform on both sides, as a fraction of it."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the closed form is the module's."""
        flight = self.flight(width, height, rng)
        # The ball sweeps 2 radius pixels per px of its way, and each has an ON and an OFF.
        refuse_too_many(4 * self.radius * abs(self.velocity) * duration)
        bounces = _bounce_times(flight, width - 1, height - 1, duration)
        q = np.stack(pixel_grid(width, height))
        on: list[Passages] = []
        off: list[Passages] = []
        # A ball on the only pixel of a sensor does not move: there are no pieces.
        moves = flight.vx != 0.0 or flight.vy != 0.0
        for span in pairwise([0.0, *bounces, duration] if moves else []):
            arrivals, leavings = _straight(flight, (width - 1, height - 1), span, q, self.radius)
            on.append(arrivals)
            off.append(leavings)
        return on_off_events(width, duration, _join(on), _join(off))

    def flight(self, width: int, height: int, rng: np.random.Generator) -> Flight:
        """Return how one sample begins; all four numbers are drawn, whichever are fixed."""
        turn, deviation, across, down = rng.uniform(0.0, 1.0, 4)
        speed = self.velocity * (1.0 + self.velocity_jitter * (2.0 * deviation - 1.0))
        ux, uy = unit_vector(360.0 * turn if self.direction is None else self.direction)
        return Flight(
            x=min(across * (width - 1) if self.x is None else self.x, width - 1.0),
            y=min(down * (height - 1) if self.y is None else self.y, height - 1.0),
            vx=speed * ux if width > 1 else 0.0,  # a single column leaves no way to go
            vy=speed * uy if height > 1 else 0.0,
        )


def triangle(start: float, velocity: float, side: float, t: float) -> tuple[float, float]:
    """Return the folded coordinate, 0 to `side`, and the velocity there at time t."""
    if velocity == 0.0:
        return start, 0.0
    unfolded = math.fmod(start + velocity * t, 2 * side)
    unfolded += 2 * side if unfolded < 0 else 0.0
    return side - abs(side - unfolded), velocity if unfolded <= side else -velocity


def _bounce_times(flight: Flight, right: float, bottom: float, duration: float) -> list[float]:
    times: list[float] = []
    for start, velocity, side in ((flight.x, flight.vx, right), (flight.y, flight.vy, bottom)):
        end = start + velocity * duration
        if velocity != 0.0:
            low, high = sorted((start / side, end / side))
            walls = range(math.ceil(low), math.floor(high) + 1)
            times.extend((wall * side - start) / velocity for wall in walls)
    return sorted(t for t in times if 0.0 < t < duration)


def _straight(
    flight: Flight,
    sides: tuple[float, float],
    span: tuple[float, float],
    q: NDArray[np.float64],
    radius: float,
) -> tuple[Passages, Passages]:
    """Return the arrivals and the leavings of one straight piece of the flight.

    What is covered at a bounce is computed once for both pieces that meet there, so that rounding
    cannot lose or repeat a passage; within a piece a line enters a disk at most once.
    """
    inside = [_distance_2(flight, sides, t, q) < radius * radius for t in span]
    middle = sum(span) / 2  # the velocity at a bounce itself is ambiguous
    x, vx = triangle(flight.x, flight.vx, sides[0], middle)
    y, vy = triangle(flight.y, flight.vy, sides[1], middle)
    speed_2 = vx * vx + vy * vy
    dx, dy = q[0] - x, q[1] - y
    nearest = (dx * vx + dy * vy) / speed_2
    half_2 = radius * radius / speed_2 - ((dx * vy - dy * vx) / speed_2) ** 2
    half = np.sqrt(np.maximum(half_2, 0.0))
    begin, end = span
    passing = (half_2 > 0) & (middle + nearest > begin) & (middle + nearest < end)
    on = np.flatnonzero(~inside[0] & (inside[1] | passing))
    off = np.flatnonzero(~inside[1] & (inside[0] | passing))
    arrival = np.clip(middle + (nearest - half)[on], begin, end)
    leaving = np.clip(middle + (nearest + half)[off], begin, end)
    return (on, arrival), (off, leaving)


def _distance_2(
    flight: Flight, sides: tuple[float, float], t: float, q: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the squared distance of each pixel from the middle of the ball at t."""
    x, _ = triangle(flight.x, flight.vx, sides[0], t)
    y, _ = triangle(flight.y, flight.vy, sides[1], t)
    squared: NDArray[np.float64] = (q[0] - x) ** 2 + (q[1] - y) ** 2
    return squared


def _join(pieces: list[Passages]) -> Passages:
    pixels = [np.empty(0, dtype=np.int64), *(piece[0] for piece in pieces)]
    return np.concatenate(pixels), np.concatenate([np.empty(0), *(piece[1] for piece in pieces)])
