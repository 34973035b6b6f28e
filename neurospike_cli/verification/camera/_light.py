"""What a camera tells of light that all of its pixels see alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neurospike_cli.events.camera.camera import Camera
from neurospike_cli.events.camera.pictures import between
from neurospike_cli.events.camera.recording import Scene, film
from neurospike_cli.events.stream import EventStream


def seen(
    camera: Camera, pieces: Sequence[tuple[float, float, float]], pixels: int = 1
) -> EventStream:
    """Return the recording of light on a row of pixels.

    Args:
        camera: what sees it.
        pieces: length in ms, and log intensity at its begin and end, one after the other.
        pixels: how many see it.
    """
    ends = np.cumsum([0.0, *(length for length, *_ in pieces)]).tolist()
    exposures = [
        between(1000.0 * start, 1000.0 * stop, np.full(pixels, begin), np.full(pixels, end))
        for start, stop, (_, begin, end) in zip(ends[:-1], ends[1:], pieces, strict=True)
    ]
    scene = Scene(np.full(pixels, pieces[0][1]), exposures)
    return film(camera, (pixels, 1), ends[-1], scene, 0)
