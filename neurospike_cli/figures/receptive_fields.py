"""Receptive fields: what every neuron of the first layer has learned to look for, side by side."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.figures.weights import receptive_fields, strongest

Floats = NDArray[np.floating[Any]]
RESPONSES = "readout.responses"


class ReceptiveFields(FigureKind):
    """Input weights as images, those of one class after the other where neurons have labels."""

    kind: Literal["receptive_fields"] = "receptive_fields"
    on_request: ClassVar[bool] = True
    tiles: int = Field(default=400, ge=1, le=2500)
    """Largest number of receptive fields."""

    def draw(self, view: RunView) -> Figure:
        """Return the fields as one mosaic, and beside it how many neurons each class has."""
        title, fields = f"Receptive fields · {view.name}", receptive_fields(view)
        if not view.weights:
            return style.no_data(title, "run `neurospike train CONFIG`")
        if fields is None:
            return style.no_data(title, "the first layer's input is neither a sensor nor an image")
        labels = labels_of(view)
        chosen = order(fields, labels, self.tiles)
        with style.styled():
            figure = style.new_figure(title, width=10.0, height=8.0)
            if labels is None:
                _draw_mosaic(figure.add_subplot(), fields[chosen])
                return figure
            left, right = figure.subplots(1, 2, gridspec_kw={"width_ratios": (7, 1)})
            _draw_mosaic(left, fields[chosen])
            _draw_counts(right, labels, view)
        return figure


def labels_of(view: RunView) -> NDArray[np.int64] | None:
    """Return the class that each neuron answers most, -1 where it never fired; None for no labels.

    The labels are of the layer that the readout reads: of the first one, where it is the only one.
    """
    responses, weight = view.weights.get(RESPONSES), view.weights.get("hidden.0.weight")
    if responses is None or weight is None or responses.shape[1] != weight.shape[1]:
        return None
    return np.where(responses.sum(axis=0) > 0, responses.argmax(axis=0), -1)


def order(fields: Floats, labels: NDArray[np.int64] | None, most: int) -> NDArray[np.int64]:
    """Return which fields are drawn: the strongest, by class where there are labels."""
    if labels is None:
        return strongest(fields, most)
    # Every class keeps its share where not all have room.
    by_class = np.argsort(labels, kind="stable")
    return by_class[np.linspace(0, len(labels) - 1, min(most, len(labels))).astype(np.int64)]


def mosaic(fields: Floats) -> Floats:
    """Return the fields in rows of about as many as there are rows, a NaN pixel between them."""
    columns = int(np.ceil(np.sqrt(len(fields) * fields.shape[1] / fields.shape[2])))
    rows = -(-len(fields) // columns)
    padded = np.full((rows * columns, fields.shape[1] + 1, fields.shape[2] + 1), np.nan)
    padded[: len(fields), :-1, :-1] = fields
    grid = padded.reshape(rows, columns, *padded.shape[1:]).transpose(0, 2, 1, 3)
    return grid.reshape(rows * padded.shape[1], columns * padded.shape[2])[:-1, :-1]


def _draw_mosaic(axes: Axes, fields: Floats) -> None:
    limit = float(np.nanpercentile(np.abs(fields), 99.5)) or 1.0
    is_signed = bool(np.nanmin(fields) < 0)
    colours = style.DIVERGING if is_signed else style.LIGHT
    scale = ScalarMappable(Normalize(-limit if is_signed else 0.0, limit), colours)
    # Colours of a byte: drawn as numbers, the mosaic takes 100 MB.
    axes.imshow(scale.to_rgba(np.ma.masked_invalid(mosaic(fields)), bytes=True))
    axes.set_axis_off()
    bar = axes.figure.colorbar(scale, ax=axes, location="bottom", aspect=50, pad=0.01, shrink=0.6)
    bar.set_label("weight (mV)")


def _draw_counts(axes: Axes, labels: NDArray[np.int64], view: RunView) -> None:
    names = [view.class_name(i) for i in range(len(view.classes))]
    counts = np.bincount(labels[labels >= 0], minlength=len(names))
    axes.barh(np.arange(len(names)), counts, color=style.BLUE, height=0.7)
    style.name_rows(axes, names)
    axes.invert_yaxis()
    axes.set_xlabel("neurons")
    silent = int((labels < 0).sum())
    axes.set_title(f"{silent} silent" if silent else "by class", fontsize=8.5, color=style.FAINT)
    style.whole_ticks(axes, "x", 3)
