"""A pattern seen through a round hole, or around a round cover.

With d a pixel's distance from the middle of the disk, the events are those of the content in the
pixels with d < radius, or with `outside: true` in those with d >= radius; all others are silent.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import ConfigDict, Field

from neurospike_cli.events.patterns.pattern import Pattern
from neurospike_cli.events.stream import Events
from neurospike_cli.registry import OneOf


class Mask(Pattern):
    """A pattern of which only a part of the sensor is seen."""

    # Patterns hold patterns: the schema is built when all of them are known.
    model_config = ConfigDict(defer_build=True)

    pattern: Literal["mask"] = "mask"
    content: Annotated[Pattern, OneOf()]
    """The pattern that is seen in part."""
    radius: float | None = Field(default=None, gt=0.0, le=8192.0)
    """Radius of the disk; without it, half the shorter side of the sensor, in px."""
    x: float | None = Field(default=None, ge=0.0, le=4096.0)
    """Where its middle is, from the left; without it, in the middle of the sensor, in px."""
    y: float | None = Field(default=None, ge=0.0, le=4096.0)
    """Where its middle is, from the top; without it, in the middle of the sensor, in px."""
    outside: bool = False
    """Whether what is outside of the disk is seen and the disk is not; true or false."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; the content is the one that it is alone."""
        events = self.content.events(width, height, duration, rng)
        x = (width - 1) / 2 if self.x is None else self.x
        y = (height - 1) / 2 if self.y is None else self.y
        radius = min(width, height) / 2 if self.radius is None else self.radius
        distance_2 = (events["x"] - x) ** 2 + (events["y"] - y) ** 2
        seen: Events = events[(distance_2 < radius**2) != self.outside]
        return seen
