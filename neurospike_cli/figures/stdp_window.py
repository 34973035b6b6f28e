"""STDP window: what a pair of spikes does to a synapse, measured on the running rule."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._pairings import (
    LAG,
    NUMBER,
    PlasticPhase,
    by_frequency,
    closed_form,
    measured_window,
    plastic_phases,
)
from neurospike_cli.figures._run_view import RunView

#: More phases than this make the figure too high; the rest is told in the title.
MOST = 3
#: Lags, in steps of 1 ms, and frequencies of pairs, in Hz.
REACH, APART = 100, 4
FREQUENCIES = np.array([1.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0])
#: What a tie is, by the rule's `coincident`.
TIES = {"potentiate": "pre before post", "ignore": "no pair"}


class StdpWindow(FigureKind):
    """The change by one pair over its lag, and for triplets by trains of pairs over their rate."""

    kind: Literal["stdp_window"] = "stdp_window"
    on_request: ClassVar[bool] = True

    def draw(self, view: RunView) -> Figure:
        """Return a row for each phase with a plasticity rule, up to three."""
        title = f"STDP window · {view.name}"
        phases = plastic_phases(view)
        if not phases:
            return style.no_data(title, "run `neurospike train CONFIG` with a phase of rule stdp")
        return style.figure_of_rows(title, phases, MOST, "phases", _draw_phase)


def _draw_phase(part: SubFigure, phase: PlasticPhase) -> None:
    rule = phase.rule
    what = [rule.component_name, rule.pairing, rule.weight_dependence.component_name]
    part.suptitle(
        f"phase {phase.number}: {', '.join(what)}, at {phase.middle:.3g} mV",
        x=0.01,
        ha="left",
        fontsize=9.5,
    )
    if rule.triplet is None:
        _draw_window(part.add_subplot(), phase)
        return
    grid = part.add_gridspec(1, 2, width_ratios=[1.6, 1.0])
    _draw_window(part.add_subplot(grid[0, 0]), phase)
    _draw_frequencies(part.add_subplot(grid[0, 1]), phase)


def _draw_window(axes: Axes, phase: PlasticPhase) -> None:
    """Draw the closed form as two lines, and a point for each lag that was measured."""
    axes.axhline(0.0, color=style.RULE, linewidth=0.8, zorder=0)
    axes.axvline(0.0, color=style.RULE, linewidth=0.8, zorder=0)
    lags = np.arange(-REACH, REACH + 1, APART)
    found = measured_window(phase, lags.tolist())
    label: str | None = "closed form"
    for side in (np.linspace(-REACH, -1e-9, 400), np.linspace(0.0, REACH, 400)):
        values = closed_form(phase, side)
        axes.plot(side, values, color=style.FAINT, linewidth=3.5, alpha=0.5, label=label)
        label = None
    for chosen, colour, name in (
        (lags > 0, style.BLUE, "measured, post after pre"),
        (lags < 0, style.VERMILION, "measured, pre after post"),
    ):
        axes.plot(lags[chosen], found[chosen], ".", color=colour, markersize=5, label=name)
    tie = f"measured, Δt = 0: {TIES[phase.rule.coincident]}"
    axes.plot([0.0], found[lags == 0], "o", label=tie, markersize=6.5, color="white", mec=style.INK)
    axes.set_xlim(-REACH, REACH)
    axes.margins(y=0.08)
    axes.set_xlabel("Δt = post - pre (ms)")
    axes.set_ylabel(phase.rule.pairs_change)
    style.few_ticks(axes, 6)
    axes.legend(loc="best", fontsize=7.5)


def _draw_frequencies(axes: Axes, phase: PlasticPhase) -> None:
    """Draw what a pair of either order does in a train of pairs (Pfister & Gerstner 2006)."""
    axes.axhline(0.0, color=style.RULE, linewidth=0.8, zorder=0)
    after, before = by_frequency(phase, FREQUENCIES)
    for values, colour, lag in ((after, style.BLUE, LAG), (before, style.VERMILION, -LAG)):
        name = f"Δt = {lag:+d} ms"
        axes.plot(FREQUENCIES, values, "o-", color=colour, label=name, markersize=3.5, linewidth=1)
    axes.set_xlim(0.0, FREQUENCIES[-1] + 2.0)
    axes.margins(y=0.08)
    axes.set_title(f"a pair in a train of {NUMBER}", fontsize=8.5, color=style.FAINT)
    axes.set_xlabel("pairs per second (Hz)")
    style.few_ticks(axes, 6)
    axes.legend(loc="best", fontsize=7.5)
