"""A rate that falls on a straight line."""

from __future__ import annotations

from typing import Literal

from neurospike_cli.learning.rate_schedules.rate_schedule import RateSchedule
from neurospike_cli.units import Fraction


class Linear(RateSchedule):
    """factor = 1 + (end - 1) done."""

    type: Literal["linear"] = "linear"
    end: Fraction = 0.0
    """The factor at the end of the phase."""

    def factor(self, done: float) -> float:
        """Return the factor when a share `done` of the phase lies behind."""
        return 1.0 + (self.end - 1.0) * done
