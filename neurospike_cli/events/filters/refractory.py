"""A dead time of each pixel after an event that was kept.

With τ the time of the last event of the pixel that was kept, an event at t is kept if
t - τ >= period; the first event of each pixel is kept.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.stream import EventStream
from neurospike_cli.units import Milliseconds


class Refractory(Filter):
    """Drops the events of a pixel that follow too soon on the last one kept."""

    type: Literal["refractory"] = "refractory"
    period: Milliseconds = Field(default=1.0, gt=0.0, le=1e6)
    """Least time between two events of one pixel, in ms."""

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording with at most one event per pixel and period."""
        events = stream.events
        period = round(self.period * 1000.0)
        pixel = events["y"].astype(np.int64) * stream.width + events["x"]
        open_at: dict[int, int] = {}  # when the pixel's dead time ends
        keep = np.zeros(len(events), dtype=bool)
        # What is kept depends on what was kept before, so this goes one event at a time.
        for i, (place, t) in enumerate(zip(pixel.tolist(), events["t"].tolist(), strict=True)):
            if t >= open_at.get(place, t):
                keep[i] = True
                open_at[place] = t + period
        return stream.with_events(events[keep], refractory=int(len(keep) - keep.sum()))
