"""A rectangle cut out of the sensor, which is a smaller sensor from then on.

An event is kept if x <= its x < x + width and y <= its y < y + height, and moves to
(its x - x, its y - y) on a sensor of width × height.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from neurospike_cli.events.filters._rectangle import RectangleFilter
from neurospike_cli.events.stream import EventStream


class Crop(RectangleFilter):
    """Makes the sensor a rectangle of itself."""

    type: Literal["crop"] = "crop"

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording that a sensor of the rectangle's size makes."""
        inside = stream.kept(self._inside(stream), "crop")
        events = inside.events.copy()
        events["x"] -= self.x
        events["y"] -= self.y
        return replace(inside, width=self.width, height=self.height, events=events)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the rectangle's width and height, in px."""
        return self.width, self.height
