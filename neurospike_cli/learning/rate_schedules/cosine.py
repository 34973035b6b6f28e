"""A rate that falls on half a cosine, flat at both ends (Loshchilov & Hutter 2017)."""

from __future__ import annotations

import math
from typing import Literal

from neurospike_cli.learning.rate_schedules.rate_schedule import RateSchedule
from neurospike_cli.units import Fraction


class Cosine(RateSchedule):
    """factor = end + (1 - end) (1 + cos(π done))/2."""

    type: Literal["cosine"] = "cosine"
    end: Fraction = 0.0
    """The factor at the end of the phase."""

    def factor(self, done: float) -> float:
        """Return the factor when a share `done` of the phase lies behind."""
        return self.end + (1.0 - self.end) * 0.5 * (1.0 + math.cos(math.pi * done))
