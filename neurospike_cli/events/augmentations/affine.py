"""A rotation, scaling and shear about the middle of the sensor.

With (x, y) measured from the middle, φ, s and k drawn once per recording,

    x' = s (cos φ (x + k y) - sin φ y),   y' = s (sin φ (x + k y) + cos φ y)

rounded to the nearest pixel; φ uniform in ±rotation, s in 1 ± scale, k in ±shear.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.augmentations.augmentation import Augmentation
from neurospike_cli.events.stream import EventStream


class Affine(Augmentation):
    """Turns, scales and shears the recording."""

    type: Literal["affine"] = "affine"
    rotation: float = Field(default=10.0, ge=0.0, le=180.0)
    """Largest angle to either side, in degrees."""
    scale: float = Field(default=0.1, ge=0.0, lt=1.0)
    """Largest growth or shrinkage, as a fraction."""
    shear: float = Field(default=0.1, ge=0.0, le=1.0)
    """Largest shift of a pixel along x per pixel of y."""

    def apply(self, stream: EventStream, rng: np.random.Generator) -> EventStream:
        """Return the changed recording without the events that left the sensor."""
        angle, growth, slant = rng.uniform(-1.0, 1.0, 3)
        matrix = self.matrix(angle * self.rotation, 1.0 + growth * self.scale, slant * self.shear)
        middle = np.array([[stream.width - 1], [stream.height - 1]]) / 2
        places = np.stack([stream.events["x"], stream.events["y"]]).astype(np.float64)
        x, y = np.rint(matrix @ (places - middle) + middle).astype(np.int64)
        inside = (x >= 0) & (x < stream.width) & (y >= 0) & (y < stream.height)
        moved = stream.events[inside]
        moved["x"], moved["y"] = x[inside], y[inside]
        return stream.with_events(moved, affine=int(len(inside) - inside.sum()))

    @staticmethod
    def matrix(degrees: float, scale: float, shear: float) -> np.ndarray:
        """Return the 2×2 matrix of a rotation after a shear, scaled."""
        cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        turn, slant = np.array([[cos, -sin], [sin, cos]]), np.array([[1.0, shear], [0.0, 1.0]])
        return np.asarray(scale * turn @ slant)
