"""A coarser sensor: squares of pixels become one pixel.

(x, y) becomes (x // factor, y // factor) on a sensor of ceil(width / factor) × ceil(height /
factor). One pixel has one event of a polarity in one µs: the first is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field

from neurospike_cli.events.filters._repeats import is_first
from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.stream import EventStream


class SpatialDownsample(Filter):
    """Joins squares of pixels."""

    type: Literal["spatial_downsample"] = "spatial_downsample"
    factor: int = Field(default=2, ge=1, le=4096)
    """Side of the squares, in px."""

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording on the coarser sensor."""
        events = stream.events.copy()
        events["x"] //= self.factor
        events["y"] //= self.factor
        keep = is_first(events["p"], events["x"], events["y"], events["t"])
        width, height = self.size(stream.width, stream.height)
        coarse = replace(stream, width=width, height=height, events=events)
        return coarse.kept(keep, "spatial_downsample")

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return how many squares there are across and down; those at the edges may be cut."""
        return -(-width // self.factor), -(-height // self.factor)
