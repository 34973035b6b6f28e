"""Events that nothing near them explains: the noise filter of Delbruck (2008).

An event at (x, y, t) is supported by a pixel other than its own, at most `radius` px away in x and
in y, if the last event there before it, kept or not, is at most `window` ms old. It is kept if at
least `support` pixels support it. What moves sets off neighbours within a short time; noise rarely
does: of Poisson events of rate r a share exp(-k r window / 1000), k = (2 radius + 1)² - 1, has no
support.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.filters.filter import Filter, Sweep
from neurospike_cli.events.stream import EventStream
from neurospike_cli.units import Milliseconds


class BackgroundActivity(Filter):
    """Drops events without a recent event in a pixel near by."""

    swept: ClassVar[Sweep | None] = Sweep(
        "window", (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0), "ms"
    )

    type: Literal["background_activity"] = "background_activity"
    window: Milliseconds = Field(default=5.0, gt=0.0, le=1e6)
    """How old an event may be that supports another, in ms."""
    radius: int = Field(default=1, ge=1, le=16)
    """How far away it may be in x and in y, in px."""
    support: int = Field(default=1, ge=1, le=1088)
    """How many pixels must have one; a number of pixels."""

    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording with the events that are supported."""
        return stream.kept(self.supporters(stream) >= self.support, "background_activity")

    def supporters(self, stream: EventStream) -> NDArray[np.int64]:
        """Return how many pixels support each event, (event,)."""
        events, count = stream.events, len(stream)
        # By pixel and then by time, in which order every search below is for ascending keys.
        pixel = events["y"].astype(np.int64) * stream.width + events["x"]
        order = np.argsort(pixel, kind="stable")
        x, y, t = (events[name][order].astype(np.int64) for name in ("x", "y", "t"))
        stride = count + 1
        keys = pixel[order] * stride + order  # one number for pixel and place in time
        found = np.zeros(count, dtype=np.int64)
        for dx, dy in self._offsets():
            inside = np.flatnonzero(
                (x + dx >= 0) & (x + dx < stream.width) & (y + dy >= 0) & (y + dy < stream.height)
            )
            wanted = keys[inside] + (dy * stream.width + dx) * stride
            # The last event of that pixel before this one, if what comes before is of that pixel.
            before = np.searchsorted(keys, wanted) - 1
            is_there = (before >= 0) & (keys[before] // stride == wanted // stride)
            age = t[inside] - t[before]
            found[order[inside]] += is_there & (age <= round(self.window * 1000.0))
        return found

    def _offsets(self) -> list[tuple[int, int]]:
        reach = range(-self.radius, self.radius + 1)
        return [(dx, dy) for dy in reach for dx in reach if (dx, dy) != (0, 0)]
