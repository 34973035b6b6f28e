r"""A reward releases dopamine that decays (Izhikevich 2007, eqs. 1-3).

    dc/dt = -c/tau_e + δ(t - s),   dd/dt = -d/tau_d + r δ(t - t_r),   dw/dt = c d

integrated to the end, with k = tau_e tau_d / (tau_e + tau_d):

    Δw = r k exp(-(t_r - s)/tau_e)    reward after the pair, t_r >= s
    Δw = r k exp(-(s - t_r)/tau_d)    before it: what is left of the dopamine

in units of ms, so that `learning_rate` is per ms.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.learning.modulations.modulation import Modulation
from neurospike_cli.units import Milliseconds


class Dopamine(Modulation):
    """Eligibility times dopamine, summed over time."""

    type: Literal["dopamine"] = "dopamine"
    tau_d: Milliseconds = Field(default=200.0, gt=0, le=1e6)
    """Time constant with which dopamine is taken up, in ms."""

    def effect(self, since: NDArray[np.float64], tau_e: float) -> NDArray[np.float64]:
        """Return the integral of the module."""
        both = tau_e * self.tau_d / (tau_e + self.tau_d)
        return both * np.exp(-np.where(since >= 0, since / tau_e, -since / self.tau_d))
