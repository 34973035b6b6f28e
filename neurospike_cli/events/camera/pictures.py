"""The light of pictures: a log intensity between black and white, and how a picture moves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.camera.exposure import Exposure

Floats = NDArray[np.float64]


def log_intensity(brightness: Floats, contrast: float) -> Floats:
    """Return the log intensity of a brightness from 0, black, to 1, white; white has 0.

    ln(k + (1 - k) brightness), k = exp(-contrast) the light of black relative to white.
    """
    black = np.exp(-contrast)
    level: Floats = np.log(black + (1.0 - black) * brightness)
    return level


def shifted(picture: Floats, size: tuple[int, int], right: float, down: float) -> Floats:
    """Return a picture moved on a black ground, by parts of a pixel between neighbours (bilinear).

    Args:
        picture: (row, column).
        size: width and height of the sensor, in px; the picture is in its middle where unmoved.
        right, down: how far it is moved, in px.
    """
    width, height = size
    rows, columns = picture.shape
    x, across = _whole_and_part((width - columns) / 2 + right)
    y, along = _whole_and_part((height - rows) / 2 + down)
    # Room for the picture on each side of the sensor, so that any part of it may be outside.
    before_x, before_y = columns + 1, rows + 1
    ground = np.zeros((height + 2 * before_y, width + 2 * before_x))
    left, top = (
        np.clip(before_x + x, 0, before_x + width),
        np.clip(before_y + y, 0, before_y + height),
    )
    for dy, part_y in ((0, 1.0 - along), (1, along)):
        for dx, part_x in ((0, 1.0 - across), (1, across)):
            place = np.s_[top + dy : top + dy + rows, left + dx : left + dx + columns]
            ground[place] += part_y * part_x * picture
    return ground[before_y : before_y + height, before_x : before_x + width]


def between(start: float, stop: float, begins: Floats, ends: Floats) -> Exposure:
    """Return the exposure of the whole sensor from one log intensity to another.

    Args:
        start, stop: in µs.
        begins, ends: log intensities, row by row, (pixel,).
    """
    count = len(begins)
    return Exposure(np.arange(count), np.full(count, start), np.full(count, stop), begins, ends)


def _whole_and_part(value: float) -> tuple[int, float]:
    whole = int(np.floor(value))
    return whole, value - whole
