"""Draws the newest whole table as `docs/images/speed.png`.

Usage: python -m benchmarks.figure [RESULTS.json] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.bars import Bar, Group, groups

RESULTS = Path(__file__).parent / "results"
IMAGE = Path(__file__).resolve().parent.parent / "docs" / "images" / "speed.png"
#: Okabe and Ito's blue and orange, which differ for every eye and in grey.
COLOURS = {"neurospike": "#0072B2", "neurospike_numpy": "#E69F00"}
NAMES = {"neurospike": "compiled engine", "neurospike_numpy": "NumPy engine"}
STEP = "forward, backward, Adam: 100 time steps, batch 64"
DIGIT = "learning by STDP after Diehl & Cook: one image, 250 time steps"
PEERS = "the best of snnTorch, SpikingJelly, Norse and plain PyTorch"
INK, FAINT = "#222222", "#8a8a8a"
#: Height of a bar where a row has 1 of height.
THICK = 0.38
TITLE, NOTE = 9.5, 7.5

Rows = Mapping[str, Mapping[str, Any]]


def draw(document: Mapping[str, Any], out: Path) -> None:
    """Write the figure of a results document."""
    matplotlib.use("Agg")
    plt.rcParams.update({"font.size": 8.5, "axes.edgecolor": FAINT, "text.color": INK})
    rows = document["rows"]
    steps, digits = (list(groups(rows, kind)) for kind in ("peers", "plasticity"))
    figure = plt.figure(figsize=(8, 9.2), dpi=150, layout="constrained")
    grid = figure.add_gridspec(3, 2, height_ratios=(3, 0.9, 1), width_ratios=(1.5, 1))
    _draw_peers(figure.add_subplot(grid[0, :]), steps, STEP, PEERS)
    _draw_peers(figure.add_subplot(grid[1, :]), digits, DIGIT, "BindsNET's own network")
    _draw_events(figure.add_subplot(grid[2, 0]), _of_kind(rows, "events"))
    _draw_sensor(figure.add_subplot(grid[2, 1]), _of_kind(rows, "sensor"))
    _legend(figure, [bar.engine for bar in steps[0].bars])
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out)
    plt.close(figure)


def _of_kind(rows: Rows, kind: str) -> Mapping[str, Any]:
    """Return the one row of a kind."""
    return next(row for row in rows.values() if row["kind"] == kind)


def _draw_peers(axes: Axes, lines: Sequence[Group], work: str, peers: str) -> None:
    for line, group in enumerate(lines):
        middle = (len(group.bars) - 1) / 2
        for k, bar in enumerate(group.bars):
            _draw_bar(axes, bar, line + THICK * (k - middle))
        if group.by_hand is not None:
            style = {"color": "white", "markeredgecolor": INK, "markersize": 6, "zorder": 4}
            below = line + THICK * (middle + 0.5)  # where no amount is written
            axes.plot([group.by_hand], [below], "D", **style)
    longest = max(max(bar.ratio, bar.target or 0) for group in lines for bar in group.bars)
    axes.axvline(1, color=INK, linewidth=0.8)
    axes.set_xlim(0, longest * 1.5)  # the amounts stand beside the longest bar
    axes.set_yticks(range(len(lines)), [group.title for group in lines])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_title(work, fontsize=TITLE)
    axes.set_xlabel(f"times better than {peers}")
    _plain(axes)
    axes.tick_params(axis="y", length=0)


def _draw_bar(axes: Axes, bar: Bar, y: float) -> None:
    axes.barh(y, bar.ratio, height=THICK * 0.92, color=COLOURS[bar.engine])
    _note(axes, f"{bar.ratio:.1f}×  ({bar.amounts})", max(bar.ratio, bar.target or 0), y)
    if bar.target is not None:
        _tick(axes, bar.target, y, THICK / 2)


def _tick(axes: Axes, x: float, y: float, half: float) -> None:
    axes.plot([x, x], [y - half, y + half], color=INK, linewidth=2.2, zorder=3)


def _note(axes: Axes, text: str, x: float, y: float) -> None:
    place = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
    axes.annotate(text, (x, y), fontsize=NOTE, **place)


def _legend(figure: Figure, engines: Sequence[str]) -> None:
    marks = [plt.Rectangle((0, 0), 1, 1, color=COLOURS[engine]) for engine in engines]
    tick = {"color": INK, "linestyle": "", "markersize": 11, "markeredgewidth": 2.2}
    marks.append(plt.Line2D([], [], marker="|", **tick))
    diamond = {"color": "white", "markeredgecolor": INK, "linestyle": ""}
    marks.append(plt.Line2D([], [], marker="D", **diamond))
    labels = [NAMES[engine] for engine in engines]
    labels += ["target", "our method by hand in PyTorch (no peer)"]
    style = {"frameon": False, "ncols": len(marks), "columnspacing": 1.6, "handletextpad": 0.5}
    figure.legend(marks, labels, loc="outside upper center", **style)


def _draw_events(axes: Axes, row: Mapping[str, Any]) -> None:
    for engine, comparison in row["comparisons"].items():
        most, constant = comparison["events"][-1], comparison["constant_ms"]
        end, colour = constant + most * comparison["ms_per_event"], COLOURS[engine]
        axes.plot((0, most), (constant, end), color=colour, linewidth=1.2)
        axes.plot(comparison["events"], comparison["median_ms"], "o", color=colour, markersize=4.5)
        _note(axes, f"±{100 * comparison['deviation']:.0f} %", most, end)
        axes.set_xlim(-0.03 * most, 1.15 * most)
    axes.set_title("more events a step", fontsize=TITLE)
    axes.set_xlabel(f"events a step ({row['title'].partition(' ')[0]})")
    axes.set_ylabel("training step (ms)")
    axes.set_ylim(bottom=0)
    _plain(axes)


def _draw_sensor(axes: Axes, row: Mapping[str, Any]) -> None:
    compared = row["comparisons"]
    for y, (engine, comparison) in enumerate(compared.items()):
        taken, most = comparison["ratio"], comparison["target"]
        axes.barh(y, taken, height=0.55, color=COLOURS[engine])
        _tick(axes, most, y, 0.33)
        _note(axes, f"{taken:.2f}×", max(taken, most), y)
    longest = max(max(c["ratio"], c["target"]) for c in compared.values())
    axes.set_xlim(0, 1.3 * longest)
    axes.set_ylim(len(compared) - 0.5, -0.5)
    axes.set_yticks([])
    axes.set_title("same events, 4 times the pixels", fontsize=TITLE)
    axes.set_xlabel("times the training step")
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=8)


def main() -> None:
    """Draw the given results, or those of the newest day."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, nargs="?", help="the newest whole table by default")
    parser.add_argument("--out", type=Path, default=IMAGE)
    options = parser.parse_args()
    newest = options.results or max(RESULTS.glob("????-??-??.json"))
    draw(json.loads(newest.read_text(encoding="utf-8")), options.out)
    print(f"drawn: {options.out}")


if __name__ == "__main__":
    main()
