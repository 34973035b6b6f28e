"""Pixels that fire far more often than those around them.

With n a pixel's number of events and m the median of the numbers of its neighbours, up to 8 and
fewer at the edges, the pixel is hot if n >= least and n > factor * m; all of its events are
dropped. What moves across the sensor passes neighbours, too; a defect does not. Two hot pixels side
by side do not hide each other, as one high number of 3, 5 or 8 makes no median high.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.filters.filter import Filter, Sweep
from neurospike_cli.events.stream import EventStream


class HotPixel(Filter):
    """Drops all events of pixels that stand out from their neighbours."""

    swept: ClassVar[Sweep | None] = Sweep(
        "factor", (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 50.0, 100.0), ""
    )

    type: Literal["hot_pixel"] = "hot_pixel"
    factor: float = Field(default=5.0, ge=1.0, le=1e6)
    """How many times the events of its neighbours a hot pixel has more than; a ratio."""
    least: int = Field(default=10, ge=1)
    """How many events a hot pixel has at least; a number of events."""

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording without the events of hot pixels."""
        is_hot = self.hot_pixels(stream)
        return stream.kept(~is_hot[stream.events["y"], stream.events["x"]], "hot_pixel")

    def hot_pixels(self, stream: EventStream) -> NDArray[np.bool_]:
        """Return which pixels are hot, (row, column); one that has no neighbours is not."""
        shape = stream.height, stream.width
        pixel = stream.events["y"].astype(np.int64) * stream.width + stream.events["x"]
        counts = np.bincount(pixel, minlength=stream.height * stream.width)
        return self.hot_among(counts.reshape(shape))

    def hot_among(self, counts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which pixels are hot, (row, column), by the number of events of each."""
        shape = counts.shape
        padded = np.pad(counts.astype(np.float64), 1, constant_values=np.nan)
        around = [
            padded[1 + dy : 1 + dy + shape[0], 1 + dx : 1 + dx + shape[1]]
            for dy in (-1, 0, 1)
            for dx in (-1, 0, 1)
            if (dx, dy) != (0, 0)
        ]
        candidates = np.nonzero(counts >= self.least)
        neighbours = np.array([shifted[candidates] for shifted in around])
        hot = np.zeros(shape, dtype=bool)
        if counts.size > 1:
            median = np.nanmedian(neighbours, axis=0)
            hot[candidates] = counts[candidates] > self.factor * median
        return hot
