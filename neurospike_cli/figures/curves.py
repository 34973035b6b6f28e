"""Curves: loss and accuracy of training and validation over the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import Document, RunView

SPLITS = (("train", style.BLUE), ("validation", style.VERMILION))


class Curves(FigureKind):
    """Learning curves, with phases and the best epoch marked."""

    kind: Literal["curves"] = "curves"

    def draw(self, view: RunView) -> Figure:
        """Return loss on the left and accuracy in % on the right, over all phases' epochs."""
        title = f"Learning curves · {view.name}"
        if not view.metrics:
            return style.no_data(title, "run `neurospike train CONFIG`")
        best = best_epoch(view.metrics)
        with style.styled():
            figure = style.new_figure(title, height=4.2)
            loss, accuracy = figure.subplots(1, 2, sharex=True)
            _draw_measure(loss, view.metrics, "loss", 1.0, best)
            _draw_measure(accuracy, view.metrics, "accuracy", 100.0, best)
            loss.set_ylabel("loss")
            accuracy.set_ylabel("accuracy (%)")
            accuracy.set_ylim(0, 102)
            _say_best(accuracy, view.metrics, best)
            loss.legend(*accuracy.get_legend_handles_labels(), loc="best")
        return figure


def series(lines: Sequence[Document], split: str, measure: str) -> NDArray[np.float64]:
    """Return `measure` of `split` an epoch; NaN where a phase does not have it."""
    values = [(line.get(split) or {}).get(measure) for line in lines]
    return np.array([np.nan if v is None else float(v) for v in values])


def best_epoch(lines: Sequence[Document]) -> int | None:
    """Return the index of the highest validation accuracy, of equals the one of lowest loss."""
    accuracy = series(lines, "validation", "accuracy")
    if np.isnan(accuracy).all():
        return None
    loss = np.nan_to_num(series(lines, "validation", "loss"), nan=np.inf)
    return int(np.lexsort((loss, -np.nan_to_num(accuracy, nan=-1.0)))[0])


def _draw_measure(
    axes: Axes, lines: Sequence[Document], measure: str, scale: float, best: int | None
) -> None:
    epochs = np.arange(1, len(lines) + 1)
    marker = "o" if len(lines) <= 30 else ""
    for split, colour in SPLITS:
        values = scale * series(lines, split, measure)
        if np.isnan(values).all():
            continue  # no phase looks at labels in training
        axes.plot(epochs, values, color=colour, marker=marker, markersize=3.5, label=split)
    if best is not None:
        axes.axvline(best + 1, color=style.FAINT, linewidth=1, linestyle=":")
        axes.plot(
            [best + 1],
            [scale * series(lines, "validation", measure)[best]],
            marker="o",
            markersize=9,
            markerfacecolor="none",
            markeredgecolor=style.INK,
            linestyle="none",
        )
    axes.grid(axis="y")
    axes.set_xlabel("epoch")
    axes.set_xlim(0.5, len(lines) + 0.5)
    style.whole_ticks(axes, "x", 8)
    _mark_phases(axes, lines)


def _mark_phases(axes: Axes, lines: Sequence[Document]) -> None:
    """Shade every other phase and write its rule above it; one phase alone needs no mark."""
    phases = [list(group) for _, group in groupby(lines, key=lambda line: line.get("phase", 0))]
    start = 0.5
    for i, phase in enumerate(phases):
        end = start + len(phase)
        if len(phases) > 1:
            if i % 2:
                axes.axvspan(start, end, color=style.RULE, alpha=0.35, linewidth=0, zorder=0)
            # Phases alternate between two lines so that short ones do not write into each other.
            axes.annotate(
                _phase_label(phase[0]),
                ((start + end) / 2, 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, 3 + 11 * (i % 2)),
                textcoords="offset points",
                ha="center",
                fontsize=7.5,
                color=style.FAINT,
            )
        start = end


def _phase_label(line: Document) -> str:
    return str(line.get("rule", f"phase {line.get('phase', 0)}")).replace("_", " ")


def _say_best(axes: Axes, lines: Sequence[Document], best: int | None) -> None:
    if best is None:
        return
    value = 100 * series(lines, "validation", "accuracy")[best]
    axes.text(
        0.98,
        0.04,
        f"best validation: {value:.1f} % in epoch {best + 1}",
        transform=axes.transAxes,
        ha="right",
        fontsize=8.5,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 2},
    )
