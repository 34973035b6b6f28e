"""What a learning rule needs from a loss."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.registry import Component


class Loss(Component):
    """Compares scores with labels."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "cross_entropy"

    @abstractmethod
    def evaluate(
        self, scores: NDArray[np.floating], labels: NDArray[np.int64]
    ) -> tuple[float, NDArray[np.floating]]:
        """Return the loss summed over samples, and its gradient by score, (sample, class)."""
