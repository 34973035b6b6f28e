"""A rate that falls by the same factor in equal times."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from neurospike_cli.learning.rate_schedules.rate_schedule import RateSchedule


class Exponential(RateSchedule):
    """factor = end^done."""

    type: Literal["exponential"] = "exponential"
    end: float = Field(default=0.1, gt=0.0, le=1.0)
    """The factor at the end of the phase."""

    def factor(self, done: float) -> float:
        """Return the factor when a share `done` of the phase lies behind."""
        return float(self.end**done)
