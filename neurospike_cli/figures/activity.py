"""Activity: firing rate of every neuron in time bins, one panel a layer."""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.figures import _style as style
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import RunView


class ActivityHeatmap(FigureKind):
    """Firing rates in Hz, the mean over the recorded samples."""

    kind: Literal["activity"] = "activity"
    bins: int = Field(default=50, ge=1, le=500)
    """Largest number of time bins."""

    def draw(self, view: RunView) -> Figure:
        """Return one heat map a layer, the input at the top."""
        title = f"Firing rates · {view.name}"
        if view.activity is None or not len(view.activity.labels):
            return style.no_data(title, "run `neurospike evaluate RUN`")
        trains = view.activity.spikes
        with style.styled():
            heights = style.panel_heights([t.n_channels for t in trains.values()], 6.0)
            samples = len(view.activity.labels)
            figure = style.new_figure(
                f"{title} · mean of {samples} samples", height=1.1 + sum(heights)
            )
            grid = figure.subplots(
                len(trains), 1, sharex=True, squeeze=False, height_ratios=heights
            )
            for axes, (name, train) in zip(grid[:, 0], trains.items(), strict=True):
                self._draw_layer(axes, name, train, view.classes)
            grid[-1, 0].set_xlabel("time (ms)")
        return figure

    def _draw_layer(
        self, axes: Axes, name: str, train: SpikeTrain, classes: tuple[str, ...]
    ) -> None:
        steps = bin_steps(train.n_steps, self.bins)
        rates = binned_rates(train, steps)
        limit = rate_limit(rates)
        end = rates.shape[1] * steps * train.dt
        image = axes.imshow(
            rates,
            aspect="auto",
            cmap=style.SEQUENTIAL,
            vmin=0,
            vmax=limit,
            extent=(0, end, train.n_channels - 0.5, -0.5),
        )
        axes.set_xlim(0, train.duration)
        bar = axes.figure.colorbar(
            image, ax=axes, pad=0.01, aspect=12, extend="max" if rates.max() > limit else "neither"
        )
        bar.set_label("rate (Hz)")
        style.few_ticks(bar.ax, 3)
        if name == "output" and len(classes) == train.n_channels:
            style.name_rows(axes, classes)
            axes.set_ylabel(name)
        else:
            style.whole_ticks(axes, "y", 4)
            axes.set_ylabel(f"{name}\n{'channel' if name == 'input' else 'neuron'}")


def bin_steps(n_steps: int, most: int) -> int:
    """Return the steps in a time bin, so that there are at most `most` bins."""
    return max(1, -(-n_steps // most))


def rate_limit(rates: NDArray[np.float64]) -> float:
    """Return the end of the colour scale in Hz, which 99.5 % of the bins that fired stay below."""
    firing = rates[rates > 0]
    return float(np.percentile(firing, 99.5, method="higher")) if firing.size else 1.0


def binned_rates(train: SpikeTrain, steps: int) -> NDArray[np.float64]:
    """Return the mean firing rate over the samples in Hz, (channel, bin).

    Args:
        train: spikes of one or more samples.
        steps: time steps in a bin; the last bin may be shorter and is divided by its own length.
    """
    rows = np.repeat(np.arange(train.n_samples * train.n_steps), np.diff(train.offsets))
    bins = -(-train.n_steps // steps)
    flat = train.channels.astype(np.int64) * bins + rows % train.n_steps // steps
    counts = np.bincount(flat, minlength=train.n_channels * bins).reshape(train.n_channels, bins)
    edges = np.minimum(np.arange(bins + 1) * steps, train.n_steps)
    seconds = np.diff(edges) * train.dt * 1e-3 * train.n_samples
    return np.asarray(counts / seconds, dtype=np.float64)
