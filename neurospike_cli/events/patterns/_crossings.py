"""When a periodic edge passes a pixel: the closed form that the moving patterns share.

An edge passes a pixel at first + k * period, k = 0, 1, …; so a pixel whose first passage lies in
[0, period) sees ceil((duration - first) / period) of them before `duration`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.stream import EVENT_DTYPE, Events

Floats = NDArray[np.float64]

MAX_EVENTS = 50_000_000


def pixel_grid(width: int, height: int) -> tuple[Floats, Floats]:
    """Return x and y of every pixel in row-major order, (height * width,) each, in px."""
    y, x = np.divmod(np.arange(width * height), width)
    return x.astype(np.float64), y.astype(np.float64)


def unit_vector(direction: float) -> tuple[float, float]:
    """Return (x, y) of a direction in degrees: 0 = right, 90 = up, which is towards smaller y.

    Rounded to 1e-12, so that the pixels of one row or column share one time to the last bit.
    """
    angle = math.radians(direction)
    return round(math.cos(angle), 12), -round(math.sin(angle), 12)


def passages(first: Floats, period: float, duration: float) -> tuple[NDArray[np.int64], Floats]:
    """Return pixel and time of every passage in [0, duration).

    Args:
        first: time of one passage of each pixel, any of them, (pixel,), in ms.
        period: time between two passages, in ms.
        duration: in ms.

    Raises:
        DataError: there would be more than `MAX_EVENTS`.
    """
    start = np.mod(first, period)
    counts = np.maximum(np.ceil((duration - start) / period), 0.0)
    refuse_too_many(float(counts.sum()))
    repeats = counts.astype(np.int64)
    pixels = np.repeat(np.arange(len(first)), repeats)
    ordinal = np.arange(len(pixels)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    return pixels, start[pixels] + ordinal * period


def refuse_too_many(count: float) -> None:
    """Raise a DataError where one recording would have more than `MAX_EVENTS` events."""
    if count > MAX_EVENTS:
        raise DataError(
            f"one recording would have {count:.3g} events; at most {MAX_EVENTS:,} are made",
            hint="lower the velocity, the rate, the duration or the size of the sensor",
        )


def on_off_events(
    width: int,
    duration: float,
    on: tuple[NDArray[np.int64], Floats],
    off: tuple[NDArray[np.int64], Floats],
) -> Events:
    """Return the events of ON and OFF passages, by time, to the nearest µs.

    Args:
        width: of the sensor, in px.
        duration: in ms; passages that round to it or beyond are outside.
        on, off: row-major pixel index and time in ms of each passage.
    """
    pixels = np.concatenate([off[0], on[0]])
    times = np.concatenate([off[1], on[1]])
    # By the exact time, OFF first where equal: an object that touches and goes, or goes and comes
    # back, within one µs leaves its pixel as it is. So the order is right after rounding, too.
    order = np.argsort(times, kind="stable")
    events = np.empty(len(order), dtype=EVENT_DTYPE)
    events["t"] = np.rint(times[order] * 1000.0).astype(np.int64)
    events["y"], events["x"] = np.divmod(pixels[order], width)
    events["p"] = order >= len(off[0])
    return events[events["t"] < round(duration * 1000.0)]


def band_events(
    width: int,
    height: int,
    duration: float,
    position: Floats,
    edge: float,
    band: tuple[float, float, float],
) -> Events:
    """Return the events of bright bands that travel along `position`.

    The leading edge of a band is at e(t) = edge + velocity * t, its trailing edge `thickness`
    behind, and the next band `spacing` behind: ON where e(t) = position (mod spacing), OFF where
    e(t) = position + thickness (mod spacing).

    Args:
        width, height: the sensor, in px.
        duration: in ms.
        position: coordinate of each pixel along the motion, (height * width,).
        edge: coordinate of a leading edge at t = 0.
        band: velocity (> 0) per ms, thickness, and spacing (> thickness) of the bands.
    """
    velocity, thickness, spacing = band
    assert len(position) == width * height
    arrival = (position - edge) / velocity
    on = passages(arrival, spacing / velocity, duration)
    off = passages(arrival + thickness / velocity, spacing / velocity, duration)
    return on_off_events(width, duration, on, off)
