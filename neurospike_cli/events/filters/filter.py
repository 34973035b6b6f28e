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
        """Return the recording without the events that the filter refuses."""
