"""What pixels see for a while: a log intensity that runs along a line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Exposure:
    """A log intensity that runs from one level to another in each of some pixels.

    Attributes:
        pixels: row-major numbers, none twice, (pixel,).
        start, stop: when it begins and ends, in µs, (pixel,) each. The exposures of a pixel follow
            one another without a gap.
        begins, ends: log intensity at both, 0 that of white, (pixel,) each.
    """

    pixels: NDArray[np.intp]
    start: Floats
    stop: Floats
    begins: Floats
    ends: Floats

    @cached_property
    def length(self) -> Floats:
        """How long it takes, in µs, (pixel,)."""
        return self.stop - self.start

    @cached_property
    def slope(self) -> Floats:
        """Change of the log intensity per µs; 0 in an exposure without length, (pixel,)."""
        change = self.ends - self.begins
        return np.divide(change, self.length, out=np.zeros_like(change), where=self.length > 0)
