"""Inputs that are coded by spike times: a group's code k is one fixed train of events.

The codes are Poisson trains that are drawn once, from the experiment's seed; all recordings of a
pattern repeat them, up to jitter and noise. The four patterns of XOR (Florian 2007, section 4.2)
are ``groups: [50, 50]``, ``equal: [[0, 0], [1, 1]]``, ``unequal: [[0, 1], [1, 0]]``.
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
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.units import Hertz, Milliseconds

Code = Annotated[int, Field(ge=0, le=10_000)]


class SpikeCode(ChannelGroups):
    """Fixed trains of events; only their combination tells the class."""

    source: Literal["spike_code"] = "spike_code"
    classes: dict[ClassName, Patterns[Code]] = Field(min_length=1)
    """The patterns of each class: the number of the code of each group, from 0 on."""
    rate: Hertz = Field(default=20.0, gt=0, le=1e4)
    """Mean rate of a channel, in Hz."""
    jitter: Milliseconds = Field(default=0.0, ge=0, le=1e6)
    """Standard deviation by which each event is moved, in ms; what leaves the sample is lost."""
    noise: Hertz = Field(default=0.0, ge=0, le=1e4)
    """Rate of further events in every channel, drawn anew for every recording, in Hz."""
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
        times, channels = poisson(self.groups, (self.noise,) * len(self.groups), self.duration, rng)
        parts, where = [times], [channels]
        for group, code in enumerate(pattern):
            own, start = stream(seed, Purpose.CODES, group, int(code)), self._starts[group]
            fixed, of_group = poisson((self.groups[group],), (self.rate,), self.duration, own)
            moved = fixed + self.jitter * rng.standard_normal(len(fixed))
            stays = (moved >= 0) & (moved < self.duration)
            parts.append(moved[stays])
            where.append(of_group[stays] + start)
        return np.concatenate(parts), np.concatenate(where)
