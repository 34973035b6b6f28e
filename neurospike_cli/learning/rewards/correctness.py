"""Reward for the right answer, less what was to be expected: surprise.

    r = right or wrong;   the pulse is r - b;   b += baseline (r - b)

b is the running mean of r, of all trials or of those of the same class. Without it a network that
is right more often than not learns whatever it does (Frémaux, Sprekeler & Gerstner 2010). Two
classes with as many spikes are no answer, which is wrong.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.learning.rewards.reward import Arrays, Reward, Trial
from neurospike_cli.units import Fraction, Milliseconds


class Correctness(Reward):
    """One reward a trial, for what the readout says."""

    type: Literal["correctness"] = "correctness"
    right: float = Field(default=1.0, ge=-1e6, le=1e6)
    """Reward for the right answer."""
    wrong: float = Field(default=-1.0, ge=-1e6, le=1e6)
    """Reward for a wrong one, or none."""
    delay: Milliseconds = Field(default=0.0, ge=0, le=1e6)
    """Time from the end of the trial to the reward, in ms."""
    baseline: Fraction = 0.05
    """Weight of each trial in the running mean that is taken off; 0 takes nothing off."""
    per_class: bool = False
    """Whether each class has a running mean of its own."""

    def start(self, outputs: int) -> Arrays:
        """Return the running means, all 0."""
        return {"baseline": np.zeros(outputs if self.per_class else 1)}

    def pulses(self, trial: Trial, memory: Arrays) -> tuple[tuple[float, float], ...]:
        """Return r - b after the trial, and let b follow r."""
        reward = self.right if trial.is_right else self.wrong
        means, which = memory["baseline"], trial.label if self.per_class else 0
        surprise = reward - float(means[which])
        means[which] += self.baseline * surprise
        return ((trial.duration + self.delay, surprise),)
