"""Filter ROC: how well each noise filter tells noise from signal, where the truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from pydantic import Field

from neurospike_cli.config.load import load_experiment
from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.stream import EventStream
from neurospike_cli.events.truth import Truth
from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.metrics.filter_roc import RocCurve, Setting, roc_curve, truth_counts
from neurospike_cli.registry import discover
from neurospike_cli.runs.directory import RESOLVED_CONFIG

#: More curves than colours cannot be told apart.
MOST = len(style.PALETTE)


class FilterRoc(FigureKind):
    """The recordings of the config are made again and go through each filter alone."""

    kind: Literal["filter_roc"] = "filter_roc"
    on_request: ClassVar[bool] = True
    recordings: int = Field(default=20, ge=1, le=1000)
    """How many training recordings it is measured on; a number of recordings."""

    def draw(self, view: RunView) -> Figure:
        """Return ROC curves, and what is left of each kind of event."""
        title = f"Noise filters · {view.name}"
        path = view.path / RESOLVED_CONFIG
        if not path.exists():
            return style.no_data(title, "run `neurospike train CONFIG`")
        experiment = load_experiment(path).experiment
        source = experiment.data
        if not isinstance(source, EventSource):
            return style.no_data(title, "run `neurospike train CONFIG` with a source of events")
        recordings = _recordings(source, experiment.seed, self.recordings)
        counts = truth_counts(recordings)
        if not (counts[Truth.SIGNAL] and counts.sum() - counts[Truth.SIGNAL]):
            message = "run `neurospike train CONFIG` with a `camera` or `noise` that makes noise"
            return style.no_data(title, message)
        curves = [roc_curve(chosen, recordings) for chosen in _swept(source.filters)[:MOST]]
        return _draw(f"{title} · {len(recordings)} training recordings", curves, source.filters)


def _recordings(source: EventSource, seed: int, most: int) -> list[EventStream]:
    """Return recordings of the training split, spread over it, as they are before any filter."""
    of_split = source.partition(seed)["train"]
    spread = np.linspace(0, len(of_split) - 1, min(most, len(of_split)), dtype=np.int64)
    recordings = [source.read(int(index), seed) for index in of_split[spread]]
    source.forget()
    return recordings


def _swept(own: Sequence[Filter]) -> list[Filter]:
    """Return the filters of noise: the config's own, and those it lacks as they are by default."""
    given = [chosen for chosen in own if chosen.swept is not None]
    names = {chosen.component_name for chosen in given}
    others = [
        family() for name, family in discover(Filter).items() if family.swept and name not in names
    ]
    return [*given, *others]


def _draw(title: str, curves: Sequence[RocCurve], own: Sequence[Filter]) -> Figure:
    with style.styled():
        figure = style.new_figure(title, width=10.5, height=5.8)
        left, right = figure.subplots(1, 2, width_ratios=[1.0, 1.0])
        _draw_curves(left, curves, own)
        _draw_kinds(right, curves, own)
    return figure


def _draw_curves(axes: Axes, curves: Sequence[RocCurve], own: Sequence[Filter]) -> None:
    axes.plot([0, 1], [0, 1], color=style.RULE, linewidth=1.0, zorder=0)
    for curve, colour in zip(curves, style.PALETTE, strict=False):
        noise, signal = curve.points.T
        label = f"{curve.filter.component_name}, AUC {curve.area:.3f}"
        axes.plot(noise[1:-1], signal[1:-1], "o-", color=colour, markersize=3, label=label)
        for ends in (slice(0, 2), slice(-2, None)):
            axes.plot(noise[ends], signal[ends], ":", color=colour, linewidth=1.0)
        if curve.filter in own:
            label = f"{curve.filter.component_name} here, {_told(curve, curve.own)}"
            place = [curve.own.noise], [curve.own.signal]
            axes.plot(*place, "o", markersize=10, mew=1.8, mfc="none", mec=colour, label=label)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlabel("noise passed (share of leak, shot and hot events)")
    axes.set_ylabel("signal kept (share)")
    axes.grid(True)
    axes.set_title("each filter alone, over its range", fontsize=9, color=style.FAINT)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=2, fontsize=8)


def _draw_kinds(axes: Axes, curves: Sequence[RocCurve], own: Sequence[Filter]) -> None:
    """Draw how much of each kind of event is left, by the config's setting or the best one."""
    chosen = [curve.own if curve.filter in own else curve.best for curve in curves]
    kept = np.array([setting.kept for setting in chosen])
    axes.imshow(kept, cmap=style.LIGHT, vmin=0.0, vmax=1.6, aspect="auto")
    for (row, column), share in np.ndenumerate(kept):
        text = "none" if np.isnan(share) else f"{100 * share:.0f} %"
        axes.text(column, row, text, ha="center", va="center", fontsize=9)
    totals = curves[0].own.counts[0]
    names = [f"{truth.name.lower()}\n{totals[truth]:,}" for truth in Truth]
    axes.set_xticks(range(len(Truth)), labels=names)
    told = [
        f"{curve.filter.component_name}\n{_told(curve, setting)}"
        f" ({'here' if curve.filter in own else 'best'})"
        for curve, setting in zip(curves, chosen, strict=True)
    ]
    axes.set_yticks(range(len(curves)), labels=told)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title("what is left of the events of each kind", fontsize=9, color=style.FAINT)


def _told(curve: RocCurve, setting: Setting) -> str:
    sweep = curve.filter.swept
    assert sweep is not None
    return f"{sweep.parameter} {setting.value:g} {sweep.unit}".rstrip()
