"""Rows become columns: (x, y) becomes (y, x), and width and height change places."""

from __future__ import annotations

from typing import Literal

from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.stream import EventStream


class Transpose(Filter):
    """Mirrors the recording along the diagonal; nothing is lost."""

    type: Literal["transpose"] = "transpose"

    def apply(self, stream: EventStream) -> EventStream:
        """Return the transposed recording."""
        events = stream.events.copy()
        events["x"], events["y"] = stream.events["y"], stream.events["x"]
        return stream.resized(stream.height, stream.width, events, transpose=0)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return height and width of the sensor, in px."""
        return height, width
