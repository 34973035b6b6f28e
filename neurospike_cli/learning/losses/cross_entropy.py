"""Cross-entropy of the softmax of the scores.

L = -log p[label],   p = softmax(score / temperature),   dL/dscore = (p - y) / temperature
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.learning.losses.loss import Loss


class CrossEntropy(Loss):
    """Cross-entropy; the equations are the module's."""

    type: Literal["cross_entropy"] = "cross_entropy"
    temperature: float = Field(default=1.0, gt=0, le=1e6)
    """Spikes of difference between two classes that make a probability ratio of e."""

    def evaluate(
        self, scores: NDArray[np.floating], labels: NDArray[np.int64]
    ) -> tuple[float, NDArray[np.floating]]:
        """Return the loss summed over samples, and its gradient by score, (sample, class)."""
        z = scores.astype(np.float64) / self.temperature
        z -= z.max(axis=1, keepdims=True)  # exp stays finite whatever the count
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        rows = np.arange(len(labels))
        gradient = np.exp(log_p)
        gradient[rows, labels] -= 1.0
        return float(-log_p[rows, labels].sum()), gradient / self.temperature
