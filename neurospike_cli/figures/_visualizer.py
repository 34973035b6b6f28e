"""The figures of the Python API."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from neurospike_cli.engine.activity import Activity
from neurospike_cli.errors import UsageError
from neurospike_cli.figures._style import save_figure
from neurospike_cli.figures.raster import Column, draw_raster


class Visualizer:
    """Draws what a network did."""

    def plot_network_activity(
        self, activity_history: Sequence[Activity], path: str | Path | None = None
    ) -> Figure:
        """Return the spikes of all layers in the last activity's first sample.

        Args:
            activity_history: as a network keeps it; the last one is drawn.
            path: where to save the figure, its suffix ``.png``, ``.svg`` or ``.pdf``.

        Raises:
            UsageError: the network has not run yet.
        """
        if not activity_history:
            raise UsageError(
                "there is no activity to plot", hint="call `network.forward(spike_train)` first"
            )
        activity = activity_history[-1]
        winner = int(activity.scores[0].argmax())
        figure = draw_raster(
            activity.spikes, [Column(0, f"answer: class {winner}")], "Network activity"
        )
        if path is not None:
            save_figure(figure, Path(path))
        return figure
