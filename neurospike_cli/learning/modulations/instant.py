"""A reward acts at once (Florian 2007, eqs. 12, 15, MSTDPET): Δw = r z(t).

With z = exp(-(t - s)/tau_e); Florian's z carries a factor 1/tau_e more, which here is part of the
learning rate.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.learning.modulations.modulation import Modulation


class Instant(Modulation):
    """What is eligible when the reward comes changes then; a reward before a pair does nothing."""

    type: Literal["instant"] = "instant"

    def effect(self, since: NDArray[np.float64], tau_e: float) -> NDArray[np.float64]:
        """Return exp(-since / tau_e), 0 where the reward came first."""
        return np.where(since >= 0, np.exp(-np.maximum(since, 0.0) / tau_e), 0.0)
