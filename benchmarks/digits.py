"""Images like handwritten digits, for the rows of plasticity: everybody learns from the same ones.

A digit of MNIST has some 150 pixels that are not black, and the brightness of 100 white ones. These
are strokes of a pen with just these numbers; which figures they are is nothing that costs time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE = 28
#: Pixels that are not black, and the sum of all as a number of white ones.
INKED, BRIGHTNESS = 150, 100
#: Rate of a white pixel (Diehl & Cook 2015: 63.75), in Hz.
MAX_RATE = 64.0
#: Share of the (step, pixel) grid with a spike, at 1 ms a step.
DENSITY = 1e-3 * MAX_RATE * BRIGHTNESS / SIDE**2


def digits(count: int) -> NDArray[np.uint8]:
    """Return images of one curved stroke each, (image, row, column)."""
    rng = np.random.default_rng(2024)
    return np.stack([_stroke(rng) for _ in range(count)])


def _stroke(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the pixels nearest to a parabola: 50 white ones, then darker and darker."""
    start, bend, end = rng.uniform(5, SIDE - 6, 3) + 1j * rng.uniform(5, SIDE - 6, 3)
    t = np.linspace(0, 1, 50)
    path = (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end
    row, column = np.mgrid[:SIDE, :SIDE]
    distances = np.abs((column + 1j * row).reshape(-1, 1) - path).min(axis=1)
    nearer = distances.argsort(kind="stable").argsort(kind="stable")
    fading = 2 * (INKED - BRIGHTNESS)
    brightness = np.clip((INKED - nearer) / fading, 0, 1)
    return np.rint(255 * brightness).astype(np.uint8).reshape(SIDE, SIDE)
