"""A fixed NumPy workload: it tells how fast the machine is, whatever the project becomes."""

from __future__ import annotations

import numpy as np

from benchmarks.contestant import Contestant
from benchmarks.workload import Workload

PACKAGES = ("numpy",)


class Yardstick(Contestant):
    """Dense products and an element-wise recurrence of the workload's extent."""

    label = "yardstick (plain NumPy)"

    def __init__(self, workload: Workload) -> None:
        rng = np.random.default_rng(0)
        rows = workload.steps * workload.batch
        self.left = rng.standard_normal((rows, 256), dtype=np.float32)
        self.right = rng.standard_normal((256, 128), dtype=np.float32)

    def train(self) -> object:
        """Multiply, then run a leaky sum with a threshold over 100 blocks of rows."""
        blocks = (self.left @ self.right).reshape(100, -1, 128)
        v = np.zeros_like(blocks[0])
        fired = 0.0
        for block in blocks:
            v *= np.float32(0.95)
            v += block
            above = v >= 16
            v[above] = 0
            fired += float(above.sum())
        return fired

    def infer(self) -> object:
        """Do the same: the machine is as fast for either."""
        return self.train()

    def firing_rates(self) -> list[float]:
        """Return nothing: these are no neurons."""
        return []


CONTESTANT = Yardstick
