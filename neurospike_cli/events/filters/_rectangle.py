"""A rectangle of pixels, of which a sensor must hold all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.errors import DataError
from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.stream import EventStream


class RectangleFilter(Filter):
    """A filter that keeps the events in x <= event x < x + width, and likewise in y."""

    x: int = Field(default=0, ge=0, le=4095)
    """First column, from the left, in px."""
    y: int = Field(default=0, ge=0, le=4095)
    """First row, from the top, in px."""
    width: int = Field(ge=1, le=4096)
    """Columns, in px."""
    height: int = Field(ge=1, le=4096)
    """Rows, in px."""

    def checks(self, width: int, height: int) -> list[tuple[str, str]]:
        """Return which sides of the rectangle lie outside of the sensor, as (key, message)."""
        sides = (("x", "width", self.x, self.width, width),
                 ("y", "height", self.y, self.height, height))  # fmt: skip
        return [
            (name, f"{first} + {name} must be at most the sensor's {side} px; got {at} + {extent}")
            for first, name, at, extent, side in sides
            if at + extent > side
        ]

    def _inside(self, stream: EventStream) -> NDArray[np.bool_]:
        """Return which events are in the rectangle."""
        for _, message in self.checks(stream.width, stream.height):
            raise DataError(
                f"{self.component_name}: {message}",
                where=stream.provenance or None,
                hint="make the rectangle smaller or move it",
            )
        x = stream.events["x"].astype(np.int64) - self.x
        y = stream.events["y"].astype(np.int64) - self.y
        inside: NDArray[np.bool_] = (x >= 0) & (x < self.width) & (y >= 0) & (y < self.height)
        return inside
