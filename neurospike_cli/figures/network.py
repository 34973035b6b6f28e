"""Network: layers as columns of neurons, their sizes, connections and recurrent loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from numpy.typing import NDArray

from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import Document, RunView

#: A column of at most this many neurons shows each; a longer one its two ends.
MOST_DOTS = 12
END_DOTS = 4
GAP = 1.0


@dataclass(frozen=True)
class Column:
    """A layer to draw: its name, the lines of text under it, its neurons, what its loop says."""

    name: str
    text: str
    size: int
    recurrent: int = 0
    loop: str = ""

    @property
    def shown(self) -> NDArray[np.int64]:
        """Indices of the neurons drawn as dots."""
        if self.size <= MOST_DOTS:
            return np.arange(self.size)
        return np.concatenate([np.arange(END_DOTS), np.arange(self.size - END_DOTS, self.size)])

    @property
    def heights(self) -> NDArray[np.float64]:
        """Height of each dot shown, between 0 (bottom) and 1, the first neuron at the top."""
        slots = np.arange(len(self.shown), dtype=np.float64)
        slots[END_DOTS:] += 0.0 if self.size <= MOST_DOTS else 3.0
        pitch = 1 / MOST_DOTS
        heights: NDArray[np.float64] = 0.5 + pitch * (slots[-1] / 2 - slots)
        return heights


class NetworkDiagram(FigureKind):
    """The network from the input on the left to the classes on the right."""

    kind: Literal["network"] = "network"

    def draw(self, view: RunView) -> Figure:
        """Return the diagram; where there are weights, lines show those of the neurons drawn."""
        title = f"Network · {view.name}"
        if not view.network:
            return style.no_data(title, "run `neurospike train CONFIG`")
        columns = columns_of(view.network)
        layers = view.network["layers"]
        neurons, connections = (sum(c.size for c in columns[1:]), _total_connections(layers))
        with style.styled():
            figure = style.new_figure(
                f"{title} · {neurons:,} neurons, {connections:,} connections",
                width=max(style.WIDTH, 2.0 * len(columns)),
                height=5.2,
            )
            axes = figure.add_subplot()
            axes.set_axis_off()
            axes.set_xlim(-0.5, len(columns) - 0.5)
            lines = max(column.text.count("\n") for column in columns)
            axes.set_ylim(-0.36 - 0.05 * lines, 1.3 if any(c.recurrent for c in columns) else 1.12)
            for place, layer in enumerate(layers):
                weight = view.weights.get(f"{layer['name']}.weight")
                _draw_connections(axes, place, columns[place], columns[place + 1], weight)
                _label_connections(axes, place, layer)
            for place, column in enumerate(columns):
                _draw_column(axes, place, column)
            _name_classes(axes, len(columns) - 1, columns[-1], view.classes)
            if view.weights:
                _explain_colours(axes)
        return figure


def columns_of(network: Document) -> list[Column]:
    """Return the input and every layer of `network.json` as columns."""
    sensor = network["input"]
    size = int(sensor["size"])
    text = "channels" if not sensor.get("width") else _sensor_text(sensor)
    columns = [Column("input", text, size)]
    for layer in network["layers"]:
        recurrent = int(layer.get("recurrent_connections") or 0)
        late = _delay_text(layer.get("topology", {}).get("recurrent", {}))
        loop = ", ".join([f"{recurrent:,} recurrent", *late])
        columns.append(
            Column(layer["name"], _layer_text(layer), int(layer["size"]), recurrent, loop)
        )
    return columns


def _layer_text(layer: Document) -> str:
    """Return the model, and in further lines what there is of signs and inhibition."""
    numbers, lines = layer.get("topology", {}), [str(layer["model"]).replace("_", " ")]
    if "excitatory" in numbers:
        lines.append(f"{numbers['excitatory']:,} exc, {numbers['inhibitory']:,} inh")
    if "inhibition" in numbers:
        lines.append(f"inhibition {numbers['inhibition']['strength_mv']:g} mV")
    return "\n".join(lines)


def _delay_text(numbers: Document) -> list[str]:
    """Return ``1-10 ms late``, or nothing where there are no delays."""
    if "delay_ms" not in numbers:
        return []
    low, high = (f"{numbers['delay_ms'][key]:g}" for key in ("min", "max"))
    return [f"{low if low == high else f'{low}-{high}'} ms late"]


def _sensor_text(sensor: Document) -> str:
    planes = len(sensor["planes"])
    return f"{sensor['width']} × {sensor['height']}" + (f" × {planes}" if planes > 1 else "")


def _total_connections(layers: Sequence[Document]) -> int:
    return sum(int(layer["connections"]) for layer in layers)


def _draw_connections(
    axes: Axes, place: int, left: Column, right: Column, weight: NDArray[Any] | None
) -> None:
    ends = [((place, a), (place + 1, b)) for a in left.heights for b in right.heights]
    lines = LineCollection(ends, colors=style.RULE, linewidths=0.5, zorder=1)
    if weight is not None and weight.shape == (left.size, right.size):
        drawn = weight[np.ix_(left.shown, right.shown)].ravel()
        strength = np.abs(drawn) / (np.abs(drawn).max() or 1.0)
        lines.set_color([style.ORANGE if w > 0 else style.BLUE for w in drawn])
        lines.set_linewidth(list(0.15 + 1.2 * strength))
        lines.set_alpha(list(0.15 + 0.6 * strength))
    axes.add_collection(lines, autolim=False)


def _label_connections(axes: Axes, place: int, layer: Document) -> None:
    feedforward = int(layer["connections"]) - int(layer.get("recurrent_connections") or 0)
    axes.text(
        place + 0.5,
        -0.10,
        "\n".join([f"{feedforward:,}", "connections", *_delay_text(layer.get("topology", {}))]),
        ha="center",
        va="top",
        fontsize=7.5,
        color=style.FAINT,
        linespacing=1.3,
    )


def _draw_column(axes: Axes, place: int, column: Column) -> None:
    heights = column.heights
    low, high = heights.min() - 0.05, heights.max() + 0.05
    axes.add_patch(
        FancyBboxPatch(
            (place - 0.07, low),
            0.14,
            high - low,
            boxstyle="round,pad=0.02",
            facecolor="white",
            edgecolor=style.RULE,
            alpha=0.85,
            zorder=2,
        )
    )
    colour = style.INK if column.name == "input" else style.SKY
    axes.scatter([place] * len(heights), heights, s=55, color=colour, edgecolor="white", zorder=3)
    if column.size > MOST_DOTS:
        axes.text(place, 0.5, "⋮", ha="center", va="center", fontsize=16, zorder=3)
    axes.text(place, -0.10, column.name, ha="center", va="top", fontweight="bold", fontsize=9)
    axes.text(
        place, -0.17, f"{column.size:,}\n{column.text}", ha="center", va="top", linespacing=1.3
    )
    if column.recurrent:
        _draw_loop(axes, place, high, column.loop)


def _draw_loop(axes: Axes, place: int, top: float, text: str) -> None:
    axes.add_patch(
        FancyArrowPatch(
            (place - 0.06, top + 0.025),
            (place + 0.06, top + 0.025),
            arrowstyle="-|>",
            connectionstyle="arc3,rad=-1.6",
            mutation_scale=10,
            color=style.GREEN,
            linewidth=1.3,
        )
    )
    axes.text(
        place,
        top + 0.16,
        text,
        ha="center",
        fontsize=7.5,
        color=style.GREEN,
    )


def _name_classes(axes: Axes, place: int, column: Column, classes: Sequence[str]) -> None:
    if len(classes) != column.size:
        return
    for index, height in zip(column.shown, column.heights, strict=True):
        name = style.shortened(classes[index], 16)
        axes.text(place + 0.12, height, name, va="center", fontsize=8)


def _explain_colours(axes: Axes) -> None:
    for x, name, colour in ((0.0, "excitatory", style.ORANGE), (0.12, "inhibitory", style.BLUE)):
        axes.text(x, 0.99, f"— {name}", transform=axes.transAxes, color=colour, fontsize=8)
