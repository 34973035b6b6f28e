"""Rows become columns: (x, y) becomes (y, x), and width and height change places."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.stream import EventStream


class Transpose(Filter):
    """Mirrors the recording along the diagonal; nothing is lost."""

    type: Literal["transpose"] = "transpose"

    def apply(self, stream: EventStream) -> EventStream:
        """Return the transposed recording."""
        events = stream.events.copy()
        events["x"], events["y"] = stream.events["y"], stream.events["x"]
        turned = replace(stream, width=stream.height, height=stream.width, events=events)
        return turned.kept(np.ones(len(events), dtype=bool), "transpose")

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return height and width of the sensor, in px."""
        return height, width
