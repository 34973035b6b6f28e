"""Weights: receptive fields of the first layer on the sensor, the other layers as matrices."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.image import AxesImage
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import Document, RunView, signal_order

Floats = NDArray[np.floating[Any]]
FIRST = "hidden.0.weight"


class WeightMaps(FigureKind):
    """Weights in mV, blue below zero and orange above."""

    kind: Literal["weights"] = "weights"
    tiles: int = Field(default=24, ge=1, le=100)
    """Largest number of receptive fields."""

    def draw(self, view: RunView) -> Figure:
        """Return receptive fields on the left where the input is a sensor, matrices beside them."""
        title = f"Weights · {view.name}"
        if not view.weights:
            return style.no_data(title, "run `neurospike train CONFIG`")
        fields = receptive_fields(view)
        connections = [n for n in view.weights if n.endswith((".weight", ".recurrent"))]
        names = sorted(connections, key=lambda n: (signal_order(n.rpartition(".")[0]), n[::-1]))
        rest = [n for n in names if fields is None or n != FIRST]
        with style.styled():
            if fields is None or not rest:
                figure = style.new_figure(title, height=max(4.0, 0.8 + 2.2 * len(rest)))
                parts = [figure.add_subfigure(figure.add_gridspec(1, 1)[0])]
            else:
                figure = style.new_figure(title, height=max(5.5, 0.8 + 1.9 * len(rest)))
                grid = figure.add_gridspec(1, 2, width_ratios=(1.55, 1))
                parts = [figure.add_subfigure(place) for place in (grid[0], grid[1])]
            if fields is not None:
                self._draw_fields(parts[0], fields, view)
            if rest:
                _draw_others(parts[-1], {n: view.weights[n] for n in rest})
        return figure

    def _draw_fields(self, part: SubFigure, fields: Floats, view: RunView) -> None:
        chosen = strongest(fields, self.tiles)
        columns, rows = grid_shape(len(chosen), fields.shape[2] / fields.shape[1])
        limit = colour_limit(fields[chosen])
        grid = part.subplots(rows, columns, squeeze=False)
        image = None
        for i, axes in enumerate(grid.flat):
            axes.set_axis_off()
            if i < len(chosen):
                image = _show(axes, fields[chosen[i]], limit, "equal")
                axes.set_title(f"{chosen[i]}", fontsize=7, color=style.FAINT, pad=2, loc="left")
        assert image is not None
        bar = part.colorbar(
            image, ax=grid, location="bottom", extend="both", aspect=40, pad=0.02, shrink=0.8
        )
        bar.set_label("weight (mV)")
        part.suptitle(_fields_title(len(chosen), len(fields), view.network["input"]), fontsize=9)


def _fields_title(shown: int, size: int, sensor: Document) -> str:
    which = (
        f"hidden.0: all {size} receptive fields, by norm"
        if shown == size
        else f"hidden.0: {shown} of {size} receptive fields, those of largest norm"
    )
    planes = [str(p) for p in sensor["planes"]]
    beside = f"\neach tile: {' | '.join(planes)}" if len(planes) > 1 else ""
    return f"{which}{beside}"


def receptive_fields(view: RunView) -> Floats | None:
    """Return the first layer's weights on the sensor, (neuron, row, column), planes side by side.

    A column of NaN parts two planes. None where the input is no sensor or there are no weights.
    """
    sensor, weight = view.network.get("input", {}), view.weights.get(FIRST)
    if weight is None or not sensor.get("width") or not sensor.get("height"):
        return None
    planes, height, width = len(sensor["planes"]), int(sensor["height"]), int(sensor["width"])
    if planes * height * width != len(weight) or height == 1:
        return None
    cube = weight.T.reshape(-1, planes, height, width).astype(np.float64)
    gap = np.full((len(cube), height, 1), np.nan)
    parts = [part for p in range(planes) for part in (gap, cube[:, p])][1:]
    return np.concatenate(parts, axis=2)


def strongest(fields: Floats, most: int) -> NDArray[np.int64]:
    """Return the indices of the `most` fields of largest Euclidean norm, largest first."""
    norms = np.sqrt(np.nansum(fields**2, axis=(1, 2)))
    return np.argsort(-norms, kind="stable")[:most]


def grid_shape(tiles: int, aspect: float) -> tuple[int, int]:
    """Return columns and rows that make `tiles` of width/height `aspect` largest in the panel."""
    wide, high = 5.2, 4.2

    def scale(columns: int) -> float:
        return min(wide / (columns * aspect), high / -(-tiles // columns))

    columns = max(range(1, tiles + 1), key=scale)
    return columns, -(-tiles // columns)


def colour_limit(values: Floats) -> float:
    """Return the end of a colour scale around 0 that one outlier does not stretch, in mV."""
    limit = float(np.nanpercentile(np.abs(values), 99.5)) if values.size else 0.0
    return limit if limit > 0 else 1.0


def _show(axes: Axes, values: Floats, limit: float, aspect: Literal["equal", "auto"]) -> AxesImage:
    return axes.imshow(values, cmap=style.DIVERGING, vmin=-limit, vmax=limit, aspect=aspect)


def _draw_others(part: SubFigure, arrays: dict[str, Floats]) -> None:
    grid = part.subplots(len(arrays), 1, squeeze=False)
    for axes, (name, values) in zip(grid[:, 0], arrays.items(), strict=True):
        axes.set_title(name, fontsize=9)
        draw = _draw_matrix if values.ndim == 2 else _draw_histogram
        draw(axes, values)


def _draw_matrix(axes: Axes, values: Floats) -> None:
    image = _show(axes, values, colour_limit(values), "auto")
    bar = axes.figure.colorbar(image, ax=axes, extend="both", pad=0.02, aspect=15)
    bar.set_label("weight (mV)")
    style.few_ticks(bar.ax, 4)
    axes.set_ylabel("from neuron")
    axes.set_xlabel("to neuron")
    style.whole_ticks(axes, "x", 6)
    style.whole_ticks(axes, "y", 5)


def _draw_histogram(axes: Axes, values: Floats) -> None:
    """Recurrent weights are a list of existing pairs: their distribution is what can be shown."""
    axes.hist(values, bins=30, color=style.BLUE)
    axes.set_xlabel("weight (mV)")
    axes.set_ylabel("connections")
    style.whole_ticks(axes, "y", 4)
