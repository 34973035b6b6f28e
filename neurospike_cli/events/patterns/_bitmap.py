"""When the lit cells of a moving bitmap cover a pixel: the closed form of glyphs and textures.

A bitmap whose corner is at c(t) = c_0 + v t shows pixel q the point (q - c(t)) / cell of itself, in
cells: seen from the bitmap, the pixel flies straight across it. It meets the border of column k at

    t_k = (q_x - c_x - k * cell) / v_x

and likewise the borders of rows; between two of these times it is over one cell, and bright where
that is lit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.patterns._coverage import Intervals
from neurospike_cli.events.patterns._crossings import Floats, pixel_grid, refuse_too_many


class MovingBitmap(NamedTuple):
    """Which cells are lit, (row, column), and where they are; beyond them it is dark."""

    lit: NDArray[np.bool_]
    cell: float
    corner: tuple[float, float]
    velocity: tuple[float, float]

    def covered(self, width: int, height: int, end: float) -> Intervals:
        """Return when each pixel is over a lit cell, in [0, end); intervals may touch.

        Args:
            width, height: the sensor, in px.
            end: in ms.

        Raises:
            DataError: too many borders are crossed.
        """
        axes = list(zip(pixel_grid(width, height), self.corner, self.velocity, strict=True))
        counts = [self._count(v, n, end) for v, n in zip(self.velocity, self.cells, strict=True)]
        refuse_too_many(width * height * (2.0 + sum(counts)))
        ends = np.broadcast_to(np.array([0.0, end]), (width * height, 2))
        passing = zip(axes, counts, self.cells, strict=True)
        crossings = [self._crossings(*axis, count, n) for axis, count, n in passing]
        times = np.clip(np.hstack([ends, *crossings]), 0.0, end)
        times.sort(axis=1)
        middle = (times[:, 1:] + times[:, :-1]) / 2
        column, row = (
            np.floor((q[:, None] - (corner + velocity * middle)) / self.cell)
            for q, corner, velocity in axes
        )
        pixel, piece = np.nonzero(self._is_lit(column, row))
        return Intervals(pixel, times[pixel, piece], times[pixel, piece + 1])

    @property
    def cells(self) -> tuple[int, int]:
        """How many cells there are across and down."""
        rows, columns = self.lit.shape
        return columns, rows

    def _count(self, velocity: float, cells: int, end: float) -> int:
        """Return how many borders of an axis matter: those passed, or all if these are fewer."""
        passed = int(abs(velocity) * end / self.cell) + 1 if velocity else 0
        return min(passed, cells + 1)

    def _crossings(
        self, q: Floats, corner: float, velocity: float, count: int, cells: int
    ) -> Floats:
        """Return when each pixel meets the borders of one axis, (pixel, border)."""
        if count == 0:
            return np.empty((len(q), 0))
        start = (q - corner) / self.cell
        # As the bitmap moves on, a pixel goes the other way across it.
        first = np.floor(start) if velocity > 0 else np.ceil(start)
        border = first[:, None] - np.sign(velocity) * np.arange(count)
        if count > cells:  # all of them, whichever a pixel meets within the time
            border = np.broadcast_to(np.arange(count, dtype=np.float64), border.shape)
        times: Floats = (q[:, None] - corner - border * self.cell) / velocity
        return times

    def _is_lit(self, column: Floats, row: Floats) -> NDArray[np.bool_]:
        rows, columns = self.lit.shape
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        i = np.where(inside, row, 0).astype(np.int64)
        j = np.where(inside, column, 0).astype(np.int64)
        lit: NDArray[np.bool_] = inside & self.lit[i, j]
        return lit
