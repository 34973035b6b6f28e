"""What backpropagation needs in place of the derivative of a spike."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.registry import Component


class Surrogate(Component):
    """A bump around the threshold, of a width of (v_thresh - v_rest) / slope."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "fast_sigmoid"

    slope: float = Field(default=5.0, gt=0, le=1e4)
    """Steepness b: the bump is about 1/b threshold distances wide."""

    @abstractmethod
    def primitive(self, x: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return the smooth step whose derivative this is."""

    @abstractmethod
    def derivative(self, x: NDArray[np.floating], unit: float = 1.0) -> None:
        """Replace x by d/dx of primitive(x / unit), in place.

        Args:
            x: distances to the threshold, in the unit of `unit`.
            unit: the threshold distance v_thresh - v_rest.
        """
