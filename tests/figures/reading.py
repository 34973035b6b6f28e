"""What a reader sees: the texts of a figure as the renderer lays them out."""

from __future__ import annotations

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

#: Pixels by which two boxes may touch: a box has the height of the tallest letter there is.
TOUCH = 1.0


def texts(figure: Figure) -> list[Text]:
    """Return the texts that are drawn."""
    figure.draw_without_rendering()
    found = [*figure.texts, *(t for part in figure.subfigs for t in part.texts)]
    for axes in figure.axes:
        found += [*axes.texts, axes.title, axes._left_title]
        legend = axes.get_legend()
        found += legend.get_texts() if legend else []
        if axes.axison:
            found += [t for axis in (axes.xaxis, axes.yaxis) for t in _axis_texts(axis)]
    return [t for t in found if t.get_visible() and t.get_text().strip()]


def said(figure: Figure) -> str:
    """Return all that is written in the figure."""
    return "\n".join(t.get_text() for t in texts(figure))


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of upright or vertical texts that overlap, and of slanted ones too close."""
    boxes = [(t.get_text(), box(t)) for t in texts(figure) if t.get_rotation() % 90 == 0]
    pairs = [(a, b) for (a, s), (b, t) in combinations(boxes, 2) if _overlap(s, t)]
    slanted = [t for t in texts(figure) if t.get_rotation() % 90]
    return pairs + [
        (a.get_text(), b.get_text())
        for a, b in combinations(slanted, 2)
        # Parallel lines of text at 45° are apart by the distance of their anchors times sin 45°.
        if abs(box(a).x1 - box(b).x1) * 0.707 < a.get_fontsize() * figure.dpi / 72
    ]


def outside(figure: Figure) -> list[str]:
    """Return the texts that the edge of the figure cuts."""
    page = figure.bbox
    return [
        t.get_text()
        for t in texts(figure)
        for b in [box(t)]
        if b.x0 < -TOUCH or b.y0 < -TOUCH or b.x1 > page.width + TOUCH or b.y1 > page.height + TOUCH
    ]


def box(text: Text) -> Bbox:
    """Return the place of `text`, in pixels."""
    return text.get_window_extent()


def panels(figure: Figure) -> list[Axes]:
    """Return the axes that are no colour bars."""
    return [a for a in figure.axes if a.get_label() != "<colorbar>"]


def _overlap(a: Bbox, b: Bbox) -> bool:
    wide = min(a.x1, b.x1) - max(a.x0, b.x0)
    high = min(a.y1, b.y1) - max(a.y0, b.y0)
    return wide > TOUCH and high > TOUCH


def _axis_texts(axis: Axis) -> list[Text]:
    """Ticks beyond the limits keep a label that is never drawn: `_update_ticks` leaves them out."""
    return [axis.label, *(label for t in axis._update_ticks() for label in (t.label1, t.label2))]
