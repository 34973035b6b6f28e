"""Inputs that are coded by rates: in each pattern, the channels of a group fire at its rate.

The four patterns of XOR, each logical input a group of 30 channels at 0 or 40 Hz (Florian 2007,
section 4.1), are ``groups: [30, 30]``, ``equal: [[0, 0], [40, 40]]``, ``unequal: [[0, 40], [40,
0]]``.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.class_name import ClassName
from neurospike_cli.events.sources._channel_groups import (
    ChannelGroups,
    Patterns,
    poisson,
)
from neurospike_cli.units import Hertz, Milliseconds

Rate = Annotated[Hertz, Field(ge=0, le=1e4)]


class RateCode(ChannelGroups):
    """Poisson events, drawn anew for every recording."""

    source: Literal["rate_code"] = "rate_code"
    classes: dict[ClassName, Patterns[Rate]] = Field(min_length=1)
    """The patterns of each class: the rate of each group, in Hz."""
    duration: Milliseconds = Field(default=500.0, gt=0.0, le=1e6)
    """Length of every sample, in ms."""

    @property
    def patterns(self) -> dict[str, tuple[tuple[float, ...], ...]]:
        """The patterns of each class, by its name."""
        return dict(self.classes)

    def spikes(
        self, pattern: tuple[float, ...], seed: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return times in ms and channels of a recording's events."""
        return poisson(self.groups, pattern, self.duration, rng)
