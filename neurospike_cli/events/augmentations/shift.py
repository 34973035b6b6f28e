"""A shift of the whole recording by whole pixels.

x' = x + dx and y' = y + dy with dx, dy uniform in -pixels … pixels, one pair per recording.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.augmentations.augmentation import Augmentation
from neurospike_cli.events.stream import EventStream


class Shift(Augmentation):
    """Moves the recording across the sensor."""

    type: Literal["shift"] = "shift"
    pixels: int = Field(default=2, ge=0, le=4096)
    """Largest shift along each axis, in px."""

    def apply(self, stream: EventStream, rng: np.random.Generator) -> EventStream:
        """Return the shifted recording without the events that left the sensor."""
        dx, dy = rng.integers(-self.pixels, self.pixels + 1, 2)
        x = stream.events["x"].astype(np.int64) + dx
        y = stream.events["y"].astype(np.int64) + dy
        inside = (x >= 0) & (x < stream.width) & (y >= 0) & (y < stream.height)
        kept = stream.kept(inside, "shift")
        moved = kept.events.copy()
        moved["x"], moved["y"] = x[inside], y[inside]
        return replace(kept, events=moved)
