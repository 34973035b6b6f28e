"""A dead time of each pixel after an event that was kept.

With τ the time of the last event of the pixel that was kept, an event at t is kept if
t - τ >= period; the first event of each pixel is kept.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.filters.filter import Filter, Sweep
from neurospike_cli.events.stream import EventStream
from neurospike_cli.units import Milliseconds


class Refractory(Filter):
    """Drops the events of a pixel that follow too soon on the last one kept."""

    swept: ClassVar[Sweep | None] = Sweep(
        "period", (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0), "ms"
    )

    type: Literal["refractory"] = "refractory"
    period: Milliseconds = Field(default=1.0, gt=0.0, le=1e6)
    """Least time between two events of one pixel, in ms."""

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording with at most one event per pixel and period."""
        return stream.kept(_kept(stream, round(self.period * 1000.0)), "refractory")


def _kept(stream: EventStream, period: int) -> NDArray[np.bool_]:
    """Return which events are kept; what is kept depends on what was kept before.

    So all pixels go from one kept event to the next together, as often as one of them has any.
    """
    events, keep = stream.events, np.zeros(len(stream), dtype=bool)
    pixel = events["y"].astype(np.int64) * stream.width + events["x"]
    order = np.argsort(pixel, kind="stable")  # of one pixel, by time
    place, t = pixel[order], events["t"][order]
    group = np.cumsum(np.diff(place, prepend=-1) != 0)
    # Pixels one behind the other on one axis; a search that ends at another has no next event.
    axis = group * (int(t.max(initial=0)) + 1) + t
    following = np.searchsorted(axis, axis + period)
    at = np.flatnonzero(np.diff(group, prepend=0))
    while len(at):
        keep[order[at]] = True
        behind = following[at]
        goes_on = behind < len(order)
        goes_on[goes_on] = group[behind[goes_on]] == group[at[goes_on]]
        at = behind[goes_on]
    return keep
