"""A coarser clock: times are rounded down to whole periods.

t becomes period * floor(t / period). One pixel has one event of a polarity at one time: the first
is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field

from neurospike_cli.events.filters._repeats import is_first
from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.stream import EventStream
from neurospike_cli.units import Milliseconds


class TemporalDownsample(Filter):
    """Makes the times of events coarser."""

    type: Literal["temporal_downsample"] = "temporal_downsample"
    period: Milliseconds = Field(default=1.0, ge=0.001, le=1e6)
    """Time between two ticks of the clock, to the nearest µs, in ms."""

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording as a sensor with the coarser clock makes it."""
        period = round(self.period * 1000.0)
        events = stream.events.copy()
        events["t"] -= events["t"] % period
        keep = is_first(events["p"], events["x"], events["y"], events["t"])
        return replace(stream, events=events).kept(keep, "temporal_downsample")
