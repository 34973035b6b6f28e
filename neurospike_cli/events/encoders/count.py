"""The number of events in each step and channel."""

from __future__ import annotations

from typing import Literal

from neurospike_cli.events.encoders.event_encoder import EventEncoder
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.stream import EventStream


class Count(EventEncoder):
    """An input as strong as the number of events in the step and channel."""

    type: Literal["count"] = "count"

    def encode(self, stream: EventStream, duration: float) -> SpikeTrain:
        """Return one sample with the number of events of every entry."""
        return self._spikes(stream, duration, count=True)
