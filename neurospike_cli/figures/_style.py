"""How figures look: colours a colour-blind reader tells apart, sizes, and files without a date."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure, SubFigure
from matplotlib.ticker import MaxNLocator

from neurospike_cli import atomic
from neurospike_cli.errors import RunError

T = TypeVar("T")

#: Okabe & Ito (2008); order of use.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#F0E442",
)
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
INK, FAINT, RULE = "#222222", "#767676", "#D5D5D5"

#: Inches at 150 dots an inch: 1350 × 825 dots, which fits a laptop screen.
WIDTH, HEIGHT, DPI = 9.0, 5.5, 150

SEQUENTIAL = matplotlib.colormaps["cividis"]
#: For matrices that are mostly zero: those stay white, and the text on them dark.
LIGHT = LinearSegmentedColormap.from_list(
    "light_blue", ["#FFFFFF", "#8FB9DC", "#2F76B5", "#0B3C6F"]
)
#: Blue below zero, orange above; both arms lose lightness at the same pace.
DIVERGING = LinearSegmentedColormap.from_list(
    "blue_orange",
    ["#0B3C6F", "#2F76B5", "#8FB9DC", "#F7F7F5", "#EDB07A", "#C96A1B", "#7A3A06"],
)

STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.labelsize": 9.0,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "neurospike",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw with the project's style; the caller's settings stay as they are."""
    with matplotlib.rc_context(STYLE):
        yield


def new_figure(title: str, width: float = WIDTH, height: float = HEIGHT) -> Figure:
    """Return an empty figure of `width` × `height` inches with a title at the top left."""
    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


def no_data(title: str, message: str) -> Figure:
    """Return a figure that says what is missing and what to run."""
    figure = new_figure(title, height=2.4)
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.text(0.5, 0.5, f"no data yet: {message}", ha="center", va="center", color=FAINT)
    return figure


def figure_of_rows(
    title: str, things: Sequence[T], most: int, kind: str, draw: Callable[[SubFigure, T], None]
) -> Figure:
    """Return a figure with a row for each thing, the first `most` of them.

    Args:
        title: of the figure; says where there are more.
        things: what there is, one at least.
        most: how many rows have room.
        kind: what the things are called, in the plural.
        draw: draws one of them.
    """
    shown = things[:most]
    if len(things) > most:
        title += f" · {most} of {len(things)} {kind}"
    with styled():
        figure = new_figure(title, height=0.5 + 2.9 * len(shown))
        parts = figure.subfigures(len(shown), 1, squeeze=False)[:, 0]
        for part, thing in zip(parts, shown, strict=True):
            draw(part, thing)
    return figure


def panel_heights(sizes: Sequence[int], most: float) -> list[float]:
    """Return a panel's height in inches for each layer, a larger one higher, `most` in all."""
    heights = [max(min(2.2, 0.75 + 0.065 * size**0.5), 0.17 * min(size, 8)) for size in sizes]
    scale = min(1.0, most / sum(heights))
    return [max(0.6, scale * height) for height in heights]


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Label rows 0 … n-1 on the y side, as many of `names` as the panel's height has room for."""
    # The layout gives panels about a fifth more height than they begin with.
    room = max(2, int(1.2 * panel_inches(axes) * 72 / (1.3 * STYLE["ytick.labelsize"])))
    shown = list(range(0, len(names), -(-len(names) // room)))
    axes.set_yticks(shown, labels=[shortened(names[i], 16) for i in shown])


def panel_inches(axes: Axes) -> float:
    """Return the height of `axes` before the layout makes room for labels, in inches."""
    figure = axes.figure.get_figure(root=True)
    assert figure is not None
    return float(axes.get_position().height * figure.get_figheight())


def whole_ticks(axes: Axes, side: str, most: int = 6) -> None:
    """Put at most `most` ticks at whole numbers on the ``x`` or ``y`` `side`."""
    axis = axes.xaxis if side == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(most, integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))


def few_ticks(axes: Axes, most: int) -> None:
    """Put about `most` round numbers on the y side of a colour bar's `axes`."""
    axes.yaxis.set_major_locator(MaxNLocator(most))


def shortened(text: str, most: int) -> str:
    """Return `text` in at most `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def save_figure(figure: Figure, path: Path) -> None:
    """Write `figure` to `path` in the format of its suffix; equal figures give equal bytes.

    Raises:
        RunError: the folder cannot be written to.
    """
    content = figure_bytes(figure, path.suffix.removeprefix("."))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(
            f"cannot make the folder of the figure: {error.strerror}", where=str(path.parent)
        ) from None
    atomic.write_bytes(path, content)


def figure_bytes(figure: Figure, form: str) -> bytes:
    """Return `figure` as a png, svg or pdf file without date and software version."""
    metadata: dict[str, dict[str, str | None]] = {
        "png": {"Software": None},
        "svg": {"Date": None, "Creator": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    }
    buffer = io.BytesIO()
    with styled(), warnings.catch_warnings():
        # A sign that the font lacks is drawn as a box; there is nothing the user should do.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format=form, dpi=DPI, metadata=metadata[form])
    return buffer.getvalue()
