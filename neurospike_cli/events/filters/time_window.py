"""Only what happens in a window of time.

An event is kept if start <= t < end. With `rebase` the recording begins with the window: t becomes
t - start, and the length of the recording is that of the window.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.stream import EventStream
from neurospike_cli.units import Milliseconds


class TimeWindow(Filter):
    """Drops the events before and after a window."""

    type: Literal["time_window"] = "time_window"
    start: Milliseconds = Field(default=0.0, ge=0.0, le=1e9)
    """Where the window begins, in ms."""
    end: Milliseconds | None = Field(default=None, gt=0.0, le=1e9)
    """Where the window ends, which is outside of it; without it, with the recording, in ms."""
    rebase: bool = True
    """Whether the window's beginning becomes time 0; true or false."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"end must be after start, {self.start:g} ms; got {self.end:g} ms")
        return self

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording with the events in the window."""
        t, start = stream.events["t"], round(self.start * 1000.0)
        before = t < start
        after = t >= round(self.end * 1000.0) if self.end is not None else np.zeros_like(before)
        result = stream.kept(~(before | after), "time_window")
        return self._rebased(result, start) if self.rebase else result

    def _rebased(self, stream: EventStream, start: int) -> EventStream:
        """Return the recording that begins at `start`, in µs."""
        events = stream.events.copy()
        events["t"] -= start
        ends = [end for end in (self.end, stream.duration) if end is not None]
        left = max(min(ends) - self.start, 0.0) if ends else None
        return replace(stream, events=events, duration=left)
