"""Neuron: what one neuron of each kind in the network does under a constant current."""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._response import (
    DT,
    Floats,
    UsedNeuron,
    driven,
    rates,
    rheobase,
    spike_times,
    used_neurons,
)
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.neurons.neuron_model import NeuronModel

#: More kinds than this make the figure too high; the rest is told in the title.
MOST = 3
#: The current is on from the first to the second of these times, of the third, in ms.
ON, OFF, END = 50.0, 250.0, 350.0
#: How far above rheobase the step is, and the curve goes.
STEP, REACH = 1.5, 3.0
#: Where a neuron fires already without current, what stands for its rheobase, in thresholds.
SPONTANEOUS = 0.02


class NeuronResponse(FigureKind):
    """A step of current with membrane, spikes and adaptation, and the rate under each current."""

    kind: Literal["neuron"] = "neuron"

    def draw(self, view: RunView) -> Figure:
        """Return a row for each distinct neuron model of the network, up to three."""
        title = f"Neurons · {view.name}"
        found = used_neurons(view)
        if not found:
            return style.no_data(title, "run `neurospike train CONFIG`")
        return style.figure_of_rows(title, found, MOST, "kinds", _draw_kind)


def _draw_kind(part: SubFigure, used: UsedNeuron) -> None:
    neuron, names = used.neuron, style.shortened(", ".join(used.layers), 60)
    part.suptitle(f"{neuron.component_name}: {names}", x=0.01, ha="left", fontsize=9.5)
    least = rheobase(neuron)
    silent = least is None
    current = max(least or 0.0, SPONTANEOUS * neuron.threshold_distance)
    second = len(neuron.variables) > 1
    heights = [3.0, 1.3] if second else [1.0]
    grid = part.add_gridspec(len(heights), 2, width_ratios=[1.7, 1.0], height_ratios=heights)
    top = part.add_subplot(grid[0, 0])
    _draw_response(
        [top, part.add_subplot(grid[1, 0], sharex=top)] if second else [top],
        neuron,
        STEP * current,
    )
    _draw_rates(part.add_subplot(grid[:, 1]), neuron, REACH * current, silent)


def _draw_response(axes: list[Axes], neuron: NeuronModel, current: float) -> None:
    """Draw the membrane with its spikes and, in a second panel, what adapts."""
    t = np.arange(1, round(END / DT) + 1, dtype=np.float64) * np.float64(DT)
    steps = np.where((t > ON) & (t <= OFF), current, 0.0)[:, None]
    response = driven(neuron, steps)
    (spikes,) = spike_times(response)
    states = [state[:, 0, 0].astype(np.float64) for state in response.states]
    top, total = axes[0], current + _bias(neuron)
    _draw_membrane(top, t, states[0] + np.float64(neuron.v_zero), spikes)
    top.set_title(f"at {total:.3g} {neuron.bias_unit} (shaded)", fontsize=8.5, color=style.FAINT)
    for panel in axes:
        panel.axvspan(ON, OFF, color=style.RULE, alpha=0.4, linewidth=0, zorder=0)
        panel.set_xlim(0, END)
    if len(axes) > 1:
        top.tick_params(labelbottom=False)
        axes[1].plot(t, states[1], color=style.VERMILION, linewidth=1.2)
        axes[1].set_ylabel(style.shortened(neuron.variables[1], 11))
        style.few_ticks(axes[1], 3)
    axes[-1].set_xlabel("time (ms)")


def _draw_membrane(axes: Axes, t: Floats, v: Floats, spikes: Floats) -> None:
    """Draw v, cut where a coarse step shoots over, and a tick above for every spike."""
    fired = np.isin(np.rint(t / DT), np.rint(spikes / DT))
    top = float(v[~fired].max()) if not fired.all() else float(v.max())
    if fired.any():
        top = max(top, float(np.median(v[fired])))
    v = np.minimum(v, top)
    room = max(top - float(v.min()), 1.0)
    axes.plot(t, v, color=style.BLUE, linewidth=1.1)
    axes.vlines(spikes, top + 0.08 * room, top + 0.2 * room, color=style.INK, linewidth=1.0)
    axes.set_ylim(float(v.min()) - 0.06 * room, top + 0.24 * room)
    axes.set_ylabel("membrane (mV)")
    style.few_ticks(axes, 5)


def _draw_rates(axes: Axes, neuron: NeuronModel, most: float, silent: bool) -> None:
    """Draw the steady rate over the current, and the closed form where there is one."""
    currents = np.linspace(0.0, most, 31)
    measured = rates(neuron, currents)
    total = currents + _bias(neuron)
    exact = neuron.rate(total)
    if exact is not None:
        axes.plot(total, exact, color=style.FAINT, linewidth=3.5, alpha=0.5, label="closed form")
    axes.plot(total, measured, color=style.BLUE, marker="o", markersize=2.5, linewidth=1.0)
    axes.lines[-1].set_label("measured")
    axes.set_ylim(bottom=0.0, top=max(1.0, 1.08 * float(measured.max())))
    axes.set_xlim(float(total[0]), float(total[-1]))
    axes.set_title("does not fire" if silent else "rate", fontsize=8.5, color=style.FAINT)
    axes.set_xlabel(f"current ({neuron.bias_unit})")
    axes.set_ylabel("rate (Hz)")
    axes.grid(axis="y")
    if exact is not None:
        axes.legend(loc="lower right")


def _bias(neuron: NeuronModel) -> float:
    """Return the current that the parameters give already."""
    return float(neuron.model_dump()["bias"])
