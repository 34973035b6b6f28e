"""Mean squared error of the spike counts.

L = Σ_c (n_c - t_c)² / C,   dL/dn_c = 2 (n_c - t_c) / C,

with the counts n of C classes, and t = `target` for the right class, `other` for the rest.
"""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from neurospike_cli.learning.losses.loss import Loss


class MSECount(Loss):
    """Mean squared error of spike counts against target counts; the equations are the module's."""

    type: Literal["mse_count"] = "mse_count"
    target: float = Field(default=10.0, gt=0, le=1e6)
    """Spikes that the right class should have in a sample."""
    other: float = Field(default=0.0, ge=0, le=1e6)
    """Spikes that every other class should have in a sample."""

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.target <= self.other:
            raise ValueError(f"target ({self.target}) must be above other ({self.other})")
        return self

    def evaluate(
        self, scores: NDArray[np.floating], labels: NDArray[np.int64]
    ) -> tuple[float, NDArray[np.floating]]:
        """Return the loss summed over samples, and its gradient by score, (sample, class)."""
        error = scores.astype(np.float64) - self.other
        error[np.arange(len(labels)), labels] -= self.target - self.other
        classes = scores.shape[1]
        return float((error * error).sum()) / classes, 2.0 * error / classes
