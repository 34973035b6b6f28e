"""Rewards of given values at given times in every trial."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from neurospike_cli.learning.rewards.reward import Arrays, Reward, Trial
from neurospike_cli.registry import Parameters
from neurospike_cli.units import Milliseconds


class Pulse(Parameters):
    """One reward."""

    time: Milliseconds = Field(ge=0, le=1e6)
    """Time from the start of the trial, in ms; it may lie behind its end."""
    value: float = Field(default=1.0, ge=-1e6, le=1e6)
    """The reward."""


class AtTimes(Reward):
    """The same rewards in every trial."""

    type: Literal["at_times"] = "at_times"
    rewards: Annotated[tuple[Pulse, ...], Strict(False), Field(min_length=1)]
    """Times and values."""

    def pulses(self, trial: Trial, memory: Arrays) -> tuple[tuple[float, float], ...]:
        """Return the rewards."""
        return tuple((pulse.time, pulse.value) for pulse in self.rewards)
