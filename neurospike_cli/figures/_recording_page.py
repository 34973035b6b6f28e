"""One recording on a page: images of its time, rate, balance of polarities, and its pixels."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec
from matplotlib.ticker import NullFormatter
from numpy.typing import NDArray

from neurospike_cli.events.surveys.recording_facts import hot_in_words, in_hertz, in_time
from neurospike_cli.events.surveys.recording_images import slice_images
from neurospike_cli.events.surveys.recording_survey import Survey
from neurospike_cli.figures import _style as style
from neurospike_cli.figures.event_preview import colour_limit

#: Images of a recording, and of one whose sensor is a row: columns of its raster.
SLICES, COLUMNS = 6, 240
#: Points of a curve; events of a bin whose balance is shown; hot pixels named, and ringed.
_POINTS, _ENOUGH, _NAMED, _RINGED = 400, 10, 8, 40


def recording_page(path: Path, found: Survey) -> Figure:
    """Return the page of the recording in a file, with its images read again.

    Raises:
        DataError: the file cannot be read any more.
    """
    slices = COLUMNS if found.size[1] == 1 else SLICES
    images = slice_images(path, found, slices) if found.events else np.zeros((0, 1, 1))
    return draw_recording(path.name, found, images)


def draw_recording(name: str, found: Survey, images: NDArray[np.float64]) -> Figure:
    """Return the page of a recording.

    Args:
        name: what to call it.
        found: what there is in it.
        images: its slices of time, ON above 0 and OFF below, (slice, row, column).
    """
    title = f"{style.shortened(name, 40)} · {found.format} · {found.events:,} events"
    if not found.events:
        return style.no_data(title, "the recording has no events")
    width, height = found.size
    with style.styled():
        above = 1.8 if height == 1 else max(0.5, min(2.6, 1.35 * height / width))
        figure = style.new_figure(title, height=above + 5.4)
        grid = GridSpec(2, 1, figure=figure, height_ratios=[above, 4.4])
        draw = _draw_raster if height == 1 else _draw_slices
        draw(figure, grid[0], found, images)
        below = grid[1].subgridspec(2, 2, width_ratios=[3, 2])
        rate = figure.add_subplot(below[0, 0])
        _draw_rates(rate, figure.add_subplot(below[1, 0], sharex=rate), found)
        _draw_map(figure, figure.add_subplot(below[0, 1]), found)
        _draw_pixel_rates(figure.add_subplot(below[1, 1]), found)
        words = f"hot pixels: {hot_in_words(found.hot(), _NAMED)}"
        figure.supxlabel(words, x=0.01, ha="left", fontsize=8, color=style.FAINT)
    return figure


def _draw_slices(
    figure: Figure, place: SubplotSpec, found: Survey, images: NDArray[np.float64]
) -> None:
    limit, edges = colour_limit(list(images)), np.linspace(0, found.length, len(images) + 1)
    row = place.subgridspec(1, len(images), wspace=0.05)
    shape = _aspect(found)
    for i, (image, (begin, end)) in enumerate(zip(images, pairwise(edges), strict=True)):
        axes = figure.add_subplot(row[0, i])
        axes.imshow(image, cmap=style.DIVERGING, vmin=-limit, vmax=limit, aspect=shape)
        _frame(axes)
        axes.set_title(
            f"{in_time(begin)} to {in_time(end)}", fontsize=7, loc="center", color=style.FAINT
        )


def _draw_raster(
    figure: Figure, place: SubplotSpec, found: Survey, images: NDArray[np.float64]
) -> None:
    axes, limit = figure.add_subplot(place), colour_limit(list(images))
    axes.imshow(
        images[:, 0, :].T,
        cmap=style.DIVERGING,
        vmin=-limit,
        vmax=limit,
        aspect="auto",
        origin="lower",
        extent=(0.0, found.length * 1e-6, -0.5, found.size[0] - 0.5),
    )
    axes.set(ylabel="x (pixel)", xlabel="time from the first event on (s)")
    style.whole_ticks(axes, "y", 3)


def _draw_rates(rate: Axes, balance: Axes, found: Survey) -> None:
    times, rates = found.bins.curves(_POINTS)
    step = times[1] - times[0] if len(times) > 1 else found.bins.width * 1e-6
    for values, colour, name in (
        (rates[:, 1], style.VERMILION, "ON"),
        (rates[:, 0], style.BLUE, "OFF"),
    ):
        rate.plot(times, values, color=colour, label=name, linewidth=1.2)
    rate.set(ylabel="events per second", ylim=(0, None))
    rate.set_title(f"rate in bins of {in_time(step * 1e6)}")
    rate.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    rate.yaxis.set_major_formatter(lambda value, _: in_hertz(value) if value else "0")
    rate.tick_params(labelbottom=False)
    total = rates.sum(axis=1)
    enough = total * step >= _ENOUGH
    share = np.where(enough, 100 * rates[:, 1] / np.maximum(total, 1e-12), np.nan)
    whole = 100 * found.on / found.events
    balance.axhline(whole, color=style.RULE, linewidth=1.0)
    balance.plot(times, share, color=style.INK, linewidth=1.0, marker=".", markersize=2)
    balance.set(ylim=(-3, 103), ylabel="ON events (%)", xlabel="time from the first event on (s)")
    balance.set_title(f"balance of polarities: {whole:.1f} % ON in all")


def _draw_map(figure: Figure, axes: Axes, found: Survey) -> None:
    counts = found.counts[: found.size[1], : found.size[0]]
    most = float(np.percentile(counts[counts > 0], 99, method="higher"))
    extent = (-0.5, counts.shape[1] - 0.5, counts.shape[0] - 0.5, -0.5)
    drawn = axes.imshow(
        counts, cmap=style.LIGHT, vmin=0, vmax=most, aspect=_aspect(found), extent=extent
    )
    axes.set(xlim=(-0.5, found.size[0] - 0.5), ylim=(found.size[1] - 0.5, -0.5))
    _frame(axes)
    bar = figure.colorbar(drawn, ax=axes, extend="max", fraction=0.05, pad=0.02)
    style.whole_ticks(bar.ax, "y", 4)
    axes.set_title("events of each pixel")
    hot = found.hot()
    for x, y, _ in hot[:_RINGED]:
        axes.plot(x, y, "o", fillstyle="none", markersize=6, color=style.VERMILION, mew=0.8)


def _draw_pixel_rates(axes: Axes, found: Survey) -> None:
    counts = found.counts[found.counts > 0]
    rates = counts / (max(1, found.length) * 1e-6)
    bins = max(4, min(40, int(counts.max())))
    low, high = 0.9 * rates.min(), 1.1 * rates.max()
    is_wide = high > 20 * low
    edges = np.geomspace(low, high, bins + 1) if is_wide else np.linspace(low, high, bins + 1)
    axes.hist(rates, bins=list(edges), color=style.BLUE)
    axes.set(xlabel="rate of a pixel (Hz)", ylabel="pixels", yscale="log", ylim=(0.7, None))
    axes.set_xscale("log" if is_wide else "linear")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter(NullFormatter())
    silent = found.size[0] * found.size[1] - len(counts)
    axes.set_title(f"rates of pixels; {max(0, silent):,} have no event")


def _frame(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set(visible=True, color=style.RULE)


def _aspect(found: Survey) -> Literal["equal", "auto"]:
    """Return how pixels are drawn: as squares, but those of a sensor of few rows higher."""
    width, height = found.size
    return "auto" if width > 8 * height else "equal"
