"""Only the events of one polarity: where it became brighter, or where it became darker."""

from __future__ import annotations

from typing import Literal

from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.stream import EventStream

_VALUE = {"on": 1, "off": 0}


class Polarity(Filter):
    """Drops the events of the other polarity."""

    type: Literal["polarity"] = "polarity"
    keep: Literal["on", "off"] = "on"
    """Which events are kept: `on` (brighter) or `off` (darker)."""

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording with the events of one polarity."""
        return stream.kept(stream.events["p"] == _VALUE[self.keep], "polarity")
