"""What a filter is: it takes events out of a recording, the same ones every time."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import Component


class Filter(Component):
    """Takes events out of a recording before it is encoded, and counts them."""

    discriminator: ClassVar[str] = "type"

    @abstractmethod
    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording without the events that the filter refuses.

        How many these are is counted in `dropped` under the filter's name, 0 included.

        Raises:
            DataError: the filter does not fit the recording's sensor.
        """

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return width and height that a sensor of `width` × `height` px has afterwards, in px."""
        return width, height

    def checks(self, width: int, height: int) -> list[tuple[str, str]]:
        """Return what does not fit a sensor of `width` × `height` px, as (key, message)."""
        return []
