"""Draws `docs/images/patterns.png`, a recording of every synthetic pattern.

Usage: python -m docs.patterns [FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from neurospike_cli.events.patterns.pattern import Pattern
from neurospike_cli.events.stream import EventStream
from neurospike_cli.figures import _style as style
from neurospike_cli.figures._contact_sheet import thumbnail
from neurospike_cli.figures.event_preview import colour_limit
from neurospike_cli.registry import discover

IMAGE = Path(__file__).parent / "images" / "patterns.png"
#: The sensor in px, how long it is recorded in ms, and panels in a row.
WIDTH, HEIGHT, LENGTH, ACROSS = 40, 30, 60.0, 5
_PLACED = {"x": 20.0, "y": 15.0}
#: What a pattern must be given, or shows more with than with its defaults.
CHOSEN: dict[str, dict[str, Any]] = {
    "blinking": {**_PLACED, "radius": 8.0, "phase": 0.5},
    "bouncing_ball": {**_PLACED, "direction": 40.0, "velocity": 0.7, "radius": 3.0},
    "crossing_bars": {"phase": 0.6, "width": 3.0},
    "expanding": {"phase": 0.9},
    "glyphs": {"text": "A7", "phase": 0.45, "size": 2.4, "velocity": 0.08},
    "lissajous": {"velocity": 6.0},
    "looming": {"phase": 0.1},
    "mask": {"content": {"pattern": "drifting_grating"}},
    "moving_bar": {"direction": 30.0, "phase": 0.2, "velocity": 0.5},
    "random": {"rate": 10.0},
    "random_dots": {"radius": 1.5, "density": 0.015, "coherence": 0.8},
    "sequence": {
        "patterns": [{"pattern": "orbiting_dot"}, {"pattern": "moving_bar", "phase": 0.0}]
    },
    "sum": {
        "patterns": [
            {"pattern": "orbiting_dot"},
            {"pattern": "blinking", **_PLACED, "phase": 0.5},
        ]
    },
}


def main(out: Path = IMAGE) -> None:
    """Write the figure."""
    style.save_figure(drawn(), out)


def drawn() -> Figure:
    """Return the figure: a panel for each pattern, under its name."""
    names = sorted(discover(Pattern))
    down = -(-len(names) // ACROSS)
    with style.styled():
        figure = style.new_figure(f"{len(names)} synthetic patterns", 9.0, 0.6 + 1.6 * down)
        panels: list[Axes] = list(figure.subplots(down, ACROSS, squeeze=False).flat)
        for axes in panels:
            axes.set_axis_off()
        for axes, name in zip(panels, names, strict=False):
            _draw(axes, name)
        handles = [
            Patch(color=style.DIVERGING(at), label=name) for at, name in ((0.8, "ON"), (0.2, "OFF"))
        ]
        figure.legend(handles=handles, loc="outside upper right", ncols=2)
        words = f"{WIDTH}×{HEIGHT} px, {LENGTH:g} ms; later events are stronger"
        figure.supxlabel(words, x=0.01, ha="left", fontsize=8, color=style.FAINT)
    return figure


def recording(name: str) -> EventStream:
    """Return a recording of a pattern."""
    sensor = EventStream(width=WIDTH, height=HEIGHT)
    return sensor.generate_synthetic_events(name, duration=LENGTH, **CHOSEN.get(name, {}))


def _draw(axes: Axes, name: str) -> None:
    image = thumbnail(recording(name), name).image
    limit = colour_limit([image])
    axes.imshow(image, cmap=style.DIVERGING, vmin=-limit, vmax=limit)
    axes.set(title=name, xticks=[], yticks=[])
    axes.set_axis_on()
    axes.spines[:].set(visible=True, color=style.RULE)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
