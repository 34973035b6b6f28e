"""Raster: every spike of a few evaluated samples, one panel a layer, one column a sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import RecordedActivity, RunView

#: More spikes than this become pixels also in svg and pdf, where each mark costs bytes.
VECTOR_SPIKES = 4000


@dataclass(frozen=True)
class Column:
    """A sample to draw: its index in the trains, and its heading."""

    sample: int
    heading: str
    is_wrong: bool = False


class Raster(FigureKind):
    """Spike times against neurons."""

    kind: Literal["raster"] = "raster"
    samples: int = Field(default=3, ge=1, le=8)
    """Number of samples drawn, each of another class."""

    def draw(self, view: RunView) -> Figure:
        """Return the rasters of the first samples of the recorded activity."""
        title = f"Spikes · {view.name}"
        if view.activity is None or not len(view.activity.labels):
            return style.no_data(title, "run `neurospike evaluate RUN`")
        columns = _columns(view, view.activity)[: self.samples]
        return draw_raster(view.activity.spikes, columns, title, view.classes)


def _columns(view: RunView, activity: RecordedActivity) -> list[Column]:
    return [
        Column(i, _heading(view.class_name(true), view.class_name(answer)), true != answer)
        for i, (true, answer) in enumerate(
            zip(activity.labels.tolist(), activity.predicted.tolist(), strict=True)
        )
    ]


def _heading(true: str, answer: str) -> str:
    answered = "" if true == answer else f"\n→ {style.shortened(answer, 16)}"
    return f"{style.shortened(true, 16)}{answered}"


def draw_raster(
    spikes: Mapping[str, SpikeTrain],
    columns: Sequence[Column],
    title: str,
    classes: Sequence[str] = (),
) -> Figure:
    """Return a grid of rasters.

    Args:
        spikes: train of each layer by name, in the order of the signal.
        columns: the samples to draw.
        title: heading of the figure.
        classes: names of the output neurons; their numbers where absent.
    """
    with style.styled():
        heights = style.panel_heights([t.n_channels for t in spikes.values()], 6.0)
        figure = style.new_figure(title, height=1.2 + sum(heights))
        grid = figure.subplots(
            len(spikes),
            len(columns),
            sharex=True,
            sharey="row",
            squeeze=False,
            height_ratios=heights,
        )
        for row, (name, train) in zip(grid, spikes.items(), strict=True):
            names = classes if name == "output" and len(classes) == train.n_channels else ()
            _draw_layer(row, name, train, columns, names)
        for axes, column in zip(grid[0], columns, strict=True):
            axes.set_title(column.heading, color=style.VERMILION if column.is_wrong else style.INK)
        for axes in grid[-1]:
            axes.set_xlabel("time (ms)")
    return figure


def _draw_layer(
    row: Sequence[Axes],
    name: str,
    train: SpikeTrain,
    columns: Sequence[Column],
    names: Sequence[str],
) -> None:
    colour = {"input": style.INK, "output": style.VERMILION}.get(name, style.BLUE)
    for axes, column in zip(row, columns, strict=True):
        times, neurons = spike_points(train, column.sample)
        size = float(np.clip(54 * style.panel_inches(axes) / train.n_channels, 1.2, 7.0))
        axes.plot(
            times,
            neurons,
            linestyle="none",
            marker="|" if size > 2 else ".",
            markersize=size,
            markeredgewidth=min(1.0, size / 3),
            color=colour,
            rasterized=train.nnz > VECTOR_SPIKES,
        )
        axes.set_xlim(0, train.duration)
        axes.set_ylim(train.n_channels - 0.5, -0.5)
    what = "channel" if name == "input" else "neuron"
    row[0].set_ylabel(f"{name}\n{what}")
    if names:
        style.name_rows(row[0], names)
        row[0].set_ylabel(name)
    else:
        style.whole_ticks(row[0], "y", 4)


def spike_points(train: SpikeTrain, sample: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return the times in ms (the start of the step) and the channels of one sample's spikes."""
    one = train.sample(sample)
    steps = np.repeat(np.arange(one.n_steps), np.diff(one.offsets))
    return steps.astype(np.float64) * one.dt, one.channels
