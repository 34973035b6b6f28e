"""Confusion: which class was taken for which, with the counts."""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import Document, RunView

#: The split shown where there are several: the one that training did not see.
PREFERENCE = ("test", "validation", "train")


class Confusion(FigureKind):
    """Confusion matrix: rows are the truth, colours the share of a row."""

    kind: Literal["confusion"] = "confusion"

    def draw(self, view: RunView) -> Figure:
        """Return the matrix of the test split, or of what was evaluated instead."""
        title = f"Confusion · {view.name}"
        splits = [*(s for s in PREFERENCE if s in view.evaluations), *view.evaluations]
        if not splits:
            return style.no_data(title, "run `neurospike evaluate RUN`")
        split, document = splits[0], view.evaluations[splits[0]]
        counts = np.array(document["confusion"], dtype=np.int64)
        names = [str(c) for c in document.get("classes") or range(len(counts))]
        side = float(np.clip(3.0 + 0.32 * len(counts), 4.0, 8.0))
        with style.styled():
            figure = style.new_figure(title, width=side + 2.2, height=side + 0.9)
            axes = figure.add_subplot()
            axes.set_title(_summary(split, document), fontsize=9, color=style.FAINT)
            _draw_matrix(axes, counts, [style.shortened(n, 16) for n in names])
        return figure


def _summary(split: str, document: Document) -> str:
    accuracy = f"{100 * document['accuracy']:.1f} % of {document['samples']:,} {split} samples"
    yardstick = document.get("yardstick_accuracy")
    return accuracy + ("" if yardstick is None else f" (rate yardstick {100 * yardstick:.1f} %)")


def row_shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each row divided by its sum; a class without samples stays at 0."""
    totals = counts.sum(axis=1, keepdims=True)
    return np.asarray(counts / np.maximum(totals, 1), dtype=np.float64)


def _draw_matrix(axes: Axes, counts: NDArray[np.int64], names: list[str]) -> None:
    shares = row_shares(counts)
    image = axes.imshow(shares, cmap=style.LIGHT, vmin=0, vmax=1)
    bar = axes.figure.colorbar(image, ax=axes, fraction=0.045, pad=0.02)
    bar.set_label("share of the true class")
    bar.outline.set_visible(False)
    size = float(np.clip(110 / len(counts), 7, 11))
    for (true, answer), count in np.ndenumerate(counts):
        if count:
            colour = "white" if shares[true, answer] > 0.4 else style.INK
            axes.text(
                answer, true, f"{count}", ha="center", va="center", color=colour, fontsize=size
            )
    positions = range(len(names))
    axes.set_yticks(positions, labels=names)
    is_short = len(names) * max(map(len, names)) <= 45
    axes.set_xticks(positions, labels=names)
    if not is_short:
        for label in axes.get_xticklabels():
            label.set(rotation=45, ha="right", rotation_mode="anchor")
    axes.set_ylabel("true class")
    axes.set_xlabel("answered class")
    axes.tick_params(length=0, labelsize=float(np.clip(90 / len(names), 6.5, 8.5)))
    axes.spines[:].set_visible(False)
