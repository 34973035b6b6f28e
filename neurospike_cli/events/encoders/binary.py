"""A spike in each step and channel with at least one event."""

from __future__ import annotations

from typing import Literal

from neurospike_cli.events.encoders.event_encoder import EventEncoder
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.stream import EventStream


class Binary(EventEncoder):
    """One spike per step and channel, however many events there are."""

    type: Literal["binary"] = "binary"

    def encode(self, stream: EventStream, duration: float) -> SpikeTrain:
        """Return one sample in which every entry is one spike."""
        return self._spikes(stream, duration, count=False)
