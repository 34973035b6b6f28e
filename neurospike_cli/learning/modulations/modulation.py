"""What a rule needs to know of how a reward reaches the synapses.

A pair of spikes at time s leaves an eligibility, which decays with tau_e. A reward r at time t
changes the weight by r times `effect`; all of a trial's pairs and rewards add up.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.registry import Component


class Modulation(Component):
    """From the times of pairs and rewards to weight changes."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "instant"

    @abstractmethod
    def effect(self, since: NDArray[np.float64], tau_e: float) -> NDArray[np.float64]:
        """Return the weight change for a reward of 1 and a pair of eligibility 1.

        Args:
            since: time of the reward less that of the pair, in ms; negative where the reward came
                first.
            tau_e: time constant of the eligibility, in ms.
        """
