"""Firing patterns: the gallery of Izhikevich (2004, fig. 1), each preset under its stimulus."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neurospike_cli.engine.selection import engine_named
from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._response import used_neurons
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.neurons._firing_patterns import PATTERNS
from neurospike_cli.neurons.izhikevich import Izhikevich

COLUMNS = 4
#: Where the stimulus is drawn, below the membrane, in mV of the panel.
FLOOR, CEILING = -122.0, -96.0


class FiringPatterns(FigureKind):
    """What each preset of `izhikevich` does; the presets of the run's own network are marked."""

    kind: Literal["firing_patterns"] = "firing_patterns"
    on_request: ClassVar[bool] = True

    def draw(self, view: RunView) -> Figure:
        """Return a panel for each pattern: membrane above, stimulus below, and a scale bar."""
        title = "Firing patterns of Izhikevich's neuron"
        used = used_neurons(view)
        if not used:
            return style.no_data(title, "run `neurospike train CONFIG`")
        own = {n.neuron.preset for n in used if isinstance(n.neuron, Izhikevich)} & set(PATTERNS)
        title += f" · {view.name}" + (" · bold: in this run" if own else "")
        with style.styled():
            figure = style.new_figure(title, width=10.5, height=9.0)
            panels = figure.subplots(-(-len(PATTERNS) // COLUMNS), COLUMNS).ravel()
            for axes, name in zip(panels, PATTERNS, strict=True):
                _draw_pattern(axes, name)
                weight = "bold" if name in own else "normal"
                axes.set_title(name.replace("_", " "), fontsize=8.5, fontweight=weight)
        return figure


def _draw_pattern(axes: Axes, name: str) -> None:
    pattern = PATTERNS[name]
    t, current = pattern.times, pattern.current
    neuron, drive = Izhikevich(preset=name), current * pattern.dt
    # Thousands of sub-steps of one neuron: the compiled engine where it is, to the same bits.
    response = engine_named("auto").simulate(neuron, drive[:, None, None], pattern.dt)
    v = response.states[0][:, 0, 0]
    spikes = response.spikes.steps()
    v[spikes] = neuron.v_peak  # a coarse sub-step ends anywhere above it
    axes.plot(t, v, color=style.BLUE, linewidth=0.9)
    low, high = min(0.0, float(current.min())), max(0.0, float(current.max()))
    height = (CEILING - FLOOR) / (high - low)
    axes.plot(t, FLOOR + (current - low) * height, color=style.VERMILION, linewidth=0.9)
    axes.set_xlim(0, pattern.duration)
    axes.set_ylim(-146, neuron.v_peak + 4)
    axes.set_axis_off()
    _draw_scale(axes, pattern.duration)


def _draw_scale(axes: Axes, duration: float) -> None:
    """Draw a bar of a fifth of the panel, rounded to a length that is easily read."""
    lengths = np.array([10.0, 20.0, 50.0, 100.0])
    length = float(lengths[np.abs(lengths - duration / 5).argmin()])
    axes.plot([duration - length, duration], [-136.0, -136.0], color=style.INK, linewidth=1.2)
    axes.text(duration - length, -136.0, f"{length:g} ms ", ha="right", va="center", fontsize=7)
