"""A recording as images of slices of its time, made block by block."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.formats._recording_file import Watch, opened
from neurospike_cli.events.recognition import recognise
from neurospike_cli.events.surveys.recording_survey import Survey

_SIDE = 320  # pixels of an image at most


def slice_images(
    path: Path, found: Survey, slices: int, watch: Watch = lambda done, total: None
) -> NDArray[np.float64]:
    """Return the events of each slice as images, (slice, row, column).

    A pixel's size is its number of events; its sign is that of its last event, ON above 0. Where a
    sensor has more than 320 px, blocks of its pixels are one.

    Args:
        path: the recording.
        found: what there is in it; events outside of the sensor are left out.
        slices: how many images there are.
        watch: hears how many bytes of how many have been read.

    Raises:
        DataError: the file cannot be read any more.
    """
    width, height = found.size
    scale = -(-max(width, height) // _SIDE)
    shape = (slices, -(-height // scale), -(-width // scale))
    counts, signs = np.zeros(shape), np.zeros(shape)
    with opened(path, recover=True) as file:
        for block in recognise(path, recover=True).decode(file).blocks:
            x, y = block.x.astype(np.int64), block.y.astype(np.int64)
            inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
            t = block.t.astype(np.int64)[inside] - found.earliest
            step = (t / (found.length + 1) * slices).astype(np.int64)
            at = (np.clip(step, 0, slices - 1), y[inside] // scale, x[inside] // scale)
            np.add.at(counts, at, 1.0)
            signs[at] = np.where(block.p[inside] == 1, 1.0, -1.0)
            watch(file.handle.tell(), file.size)
    return counts * signs
