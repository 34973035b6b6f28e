"""Only what happens in a rectangle of the sensor; the sensor stays as large as it is.

An event is kept if x <= its x < x + width and y <= its y < y + height.
"""

from __future__ import annotations

from typing import Literal

from neurospike_cli.events.filters._rectangle import RectangleFilter
from neurospike_cli.events.stream import EventStream


class RegionOfInterest(RectangleFilter):
    """Drops the events outside of a rectangle."""

    type: Literal["region_of_interest"] = "region_of_interest"

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording with the events in the rectangle."""
        return stream.kept(self._inside(stream), "region_of_interest")
