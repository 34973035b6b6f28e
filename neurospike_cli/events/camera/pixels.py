"""The pixels of one sensor: what differs among them, and what each remembers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.camera.camera import LEAST_THRESHOLD, Camera

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pixels:
    """What the pixels of a sensor are, row by row; drawn once for all recordings.

    Attributes:
        on, off: the thresholds, in units of ln, (pixel,).
        is_hot: whether a pixel fires whatever it sees, (pixel,).
        leak: how fast the reference sinks, in units of ln per µs, (pixel,).
    """

    on: Floats
    off: Floats
    is_hot: NDArray[np.bool_]
    leak: Floats


@dataclass(frozen=True, eq=False)
class Memory:
    """What pixels remember from one exposure to the next; its arrays are written to.

    Attributes:
        light: the log intensity that the photoreceptor tells, (pixel,).
        reference: what it is compared with, (pixel,).
        held_until: when the pixel sees again, in µs, (pixel,).
    """

    light: Floats
    reference: Floats
    held_until: Floats


def draw_pixels(camera: Camera, count: int, rng: np.random.Generator) -> Pixels:
    """Return the pixels of one sensor.

    Args:
        camera: its parameters.
        count: how many pixels there are.
        rng: the sensor's stream, the same for all recordings.
    """
    on = _thresholds(camera.threshold_on, camera.threshold_sigma, count, rng)
    off = _thresholds(camera.threshold_off, camera.threshold_sigma, count, rng)
    is_hot = np.zeros(count, dtype=bool)
    is_hot[rng.choice(count, size=camera.hot_pixels, replace=False)] = True
    return Pixels(on=on, off=off, is_hot=is_hot, leak=camera.leak_rate * 1e-6 * on)


def settled(camera: Camera, pixels: Pixels, level: Floats, rng: np.random.Generator) -> Memory:
    """Return the memory of pixels that have long seen a constant light.

    A reference that sinks is then anywhere between two events of it, so that these come at their
    rate from the beginning; without a leak it is the light itself.

    Args:
        level: log intensity of each pixel, (pixel,).
        rng: the recording's noise stream.
    """
    passed = rng.random(len(level)) if camera.leak_rate else np.zeros(len(level))
    return Memory(
        light=level.copy(),
        reference=level - passed * pixels.on,
        held_until=np.zeros(len(level)),
    )


def _thresholds(mean: float, sigma: float, count: int, rng: np.random.Generator) -> Floats:
    drawn = rng.normal(mean, sigma, count)
    while (low := np.flatnonzero(drawn <= LEAST_THRESHOLD)).size:
        drawn[low] = rng.normal(mean, sigma, len(low))
    return drawn
