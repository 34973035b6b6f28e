"""The same rate throughout."""

from __future__ import annotations

from typing import Literal

from neurospike_cli.learning.rate_schedules.rate_schedule import RateSchedule


class Constant(RateSchedule):
    """factor = 1."""

    type: Literal["constant"] = "constant"

    def factor(self, done: float) -> float:
        """Return the factor when a share `done` of the phase lies behind."""
        return 1.0
