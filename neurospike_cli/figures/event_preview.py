"""Event preview: what the network sees, as images of short time slices, one row a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.figures import _style as style
from neurospike_cli.figures._curves import Curves, curves_in_rows
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import Document, RunView
from neurospike_cli.figures.raster import spike_points

if TYPE_CHECKING:
    from neurospike_cli.events.signals.signal import Signal
    from neurospike_cli.events.stream import EventStream

MOST_ROWS = 10


@dataclass(frozen=True)
class Clip:
    """Events of one sample, in the order of time.

    Attributes:
        name: what to call the sample.
        times: in ms, (event,).
        x, y: pixel, (event,).
        on: whether the brightness rose, (event,).
        width, height: pixels of the sensor.
        duration: in ms.
        picture: what they show, (row, column), where that is an image.
        curves: what they were measured from, times in ms, (row,), and (row, x), where that is a
            sampled signal.
    """

    name: str
    times: NDArray[np.float64]
    x: NDArray[np.int64]
    y: NDArray[np.int64]
    on: NDArray[np.bool_]
    width: int
    height: int
    duration: float
    picture: NDArray[np.uint8] | None = None
    curves: Curves | None = None


class EventPreview(FigureKind):
    """The recorded input, one sample a class."""

    kind: Literal["event_preview"] = "event_preview"
    slices: int = Field(default=5, ge=1, le=12)
    """Number of images in a row."""

    def draw(self, view: RunView) -> Figure:
        """Return the first samples' input spikes on the sensor."""
        title = f"Input events · {view.name}"
        sensor = view.network.get("input", {})
        if view.activity is None or "input" not in view.activity.spikes:
            return style.no_data(title, "run `neurospike evaluate RUN`")
        train = view.activity.spikes["input"]
        if not _is_sensor(sensor, train):
            return style.no_data(title, "the input of this run is not a sensor")
        labels = view.activity.labels.tolist()
        clips = [
            clip_of_spikes(train, i, sensor, view.class_name(label))
            for i, label in enumerate(labels[:MOST_ROWS])
        ]
        if view.activity.pictures is not None:
            shown = zip(clips, view.activity.pictures, strict=False)
            clips = [replace(clip, picture=picture) for clip, picture in shown]
        return _draw_clips(clips, _titled(title, len(clips), len(labels)), self.slices)


def draw_streams(
    streams: Sequence[EventStream],
    class_names: Sequence[str],
    signals: Sequence[Signal | None] | None = None,
    classes: int = 0,
) -> Figure:
    """Return a preview of event streams, one row each.

    Args:
        streams: the samples; at most the first ten are drawn.
        class_names: the name of each one's class.
        signals: what each was measured from, where that is a sampled signal.
        classes: how many classes there are, where that is more than are given.
    """
    given = [None] * len(streams) if signals is None else signals
    rows = list(zip(streams, class_names, given, strict=True))[:MOST_ROWS]
    if not rows:
        return style.no_data("Input events", "run `neurospike generate CONFIG`")
    title = _titled("Input events", len(rows), max(classes, len(streams)))
    return _draw_clips([clip_of_stream(*row) for row in rows], title, 5)


def _titled(title: str, drawn: int, classes: int) -> str:
    """Say how many classes are drawn, where that is not all of them."""
    return f"{title}\n{drawn} of {classes} classes" if drawn < classes else title


def clip_of_stream(stream: EventStream, name: str, signal: Signal | None = None) -> Clip:
    """Return the events of `stream` as a clip; without a duration it lasts to its last event."""
    events = stream.events
    times = events["t"].astype(np.float64) / 1e3
    last = float(times.max()) if len(times) else 1.0
    return Clip(
        name=name,
        times=times,
        x=events["x"].astype(np.int64),
        y=events["y"].astype(np.int64),
        on=events["p"] == 1,
        width=stream.width,
        height=stream.height,
        duration=stream.duration or max(last, 1e-3),
        curves=None if signal is None else (signal.times / 1e3, signal.values),
    )


def clip_of_spikes(train: SpikeTrain, sample: int, sensor: Document, name: str) -> Clip:
    """Return the input spikes of `sample` as a clip; channel = (plane·height + y)·width + x."""
    times, channels = spike_points(train, sample)
    width, height = int(sensor["width"]), int(sensor["height"])
    planes = np.array([str(plane).lower() != "off" for plane in sensor["planes"]])
    plane, pixel = np.divmod(channels.astype(np.int64), width * height)
    y, x = np.divmod(pixel, width)
    return Clip(name, times, x, y, planes[plane], width, height, train.duration)


def slice_images(clip: Clip, slices: int) -> NDArray[np.float64]:
    """Return the events of each slice as images, (slice, row, column).

    A pixel's size is its number of events; its sign is that of its last event, ON above 0. A
    difference ON − OFF would show a passing edge, which makes one of each, as nothing.
    """
    images = np.zeros((slices, clip.height, clip.width))
    signs = np.zeros_like(images)
    steps = (clip.times / clip.duration * slices).astype(np.int64)
    at = (np.clip(steps, 0, slices - 1), clip.y, clip.x)
    np.add.at(images, at, 1.0)
    signs[at] = np.where(clip.on, 1.0, -1.0)
    return images * signs


def colour_limit(images: Sequence[NDArray[np.float64]]) -> float:
    """Return the end of the colour scale: what 99 % of the pixels with events stay below."""
    counts = np.abs(np.concatenate([image[image != 0] for image in images]))
    return float(np.percentile(counts, 99, method="higher")) if len(counts) else 1.0


def _is_sensor(sensor: Document, train: SpikeTrain) -> bool:
    if not sensor.get("width") or not sensor.get("height"):
        return False
    size = int(sensor["width"]) * int(sensor["height"]) * len(sensor["planes"])
    return size == train.n_channels


def _draw_clips(clips: Sequence[Clip], title: str, slices: int) -> Figure:
    if clips[0].height == 1:
        return _draw_lines(clips, title)
    images = [slice_images(clip, slices) for clip in clips]
    limit = colour_limit(images)
    has_off = any((stack < 0).any() for stack in images)
    colours = style.DIVERGING if has_off else style.LIGHT
    with style.styled():
        beside = sum(clip.picture is not None for clip in clips[:1])
        width, height = _figure_size(clips, slices + beside)
        figure = style.new_figure(title, width, height)
        grid = figure.subplots(len(clips), slices + beside, squeeze=False)
        for axes_row, clip, stack in zip(grid, clips, images, strict=True):
            for axes, image in zip(axes_row[beside:], stack, strict=True):
                drawn = axes.imshow(image, cmap=colours, vmin=-limit if has_off else 0, vmax=limit)
            _frame(axes_row, clip)
        _head_slices(grid[0], clips[0], slices)
        bar = figure.colorbar(
            drawn, ax=grid, extend="both" if has_off else "max", aspect=30, pad=0.01, fraction=0.03
        )
        style.whole_ticks(bar.ax, "y", 6)
        bar.set_label("events per pixel" + ("; last one ON (+) or OFF (−)" if has_off else ""))
    return figure


def _frame(row: Sequence[Axes], clip: Clip) -> None:
    """Draw frames, the name, and before the slices the image that the events come from."""
    for axes in row:
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set(visible=True, color=style.RULE)
    row[0].set_ylabel(style.shortened(clip.name, 16), rotation=0, ha="right", va="center")
    if clip.picture is not None:
        row[0].imshow(clip.picture, cmap="gray", vmin=0, vmax=255)


def _figure_size(clips: Sequence[Clip], slices: int) -> tuple[float, float]:
    """Return width and height in inches so that the images fill the figure, 7 inches at most."""
    shape = clips[0].height / clips[0].width
    image = min(7.4 / slices * shape, 7.0 / len(clips), 2.4)
    return max(5.0, 2.3 + 1.06 * slices * image / shape), max(2.6, 0.8 + 1.1 * image * len(clips))


def _head_slices(row: Sequence[Axes], clip: Clip, slices: int) -> None:
    edges = np.linspace(0, clip.duration, slices + 1)
    titles = [f"{start:.3g}–{end:.3g} ms" for start, end in pairwise(edges)]
    # What stands before the slices is the image.
    for axes, title in zip(row, ["image", *titles][-len(row) :], strict=True):
        axes.set_title(title, fontsize=8, loc="center", color=style.FAINT)


def _draw_lines(clips: Sequence[Clip], title: str) -> Figure:
    """Draw a sensor of one row as x against time: its images would be stripes."""
    with style.styled():
        figure = style.new_figure(title, height=1.2 + 1.1 * len(clips))
        grid = figure.subplots(len(clips), 1, sharex=True, squeeze=False)
        curves = curves_in_rows([clip.curves for clip in clips], clips[0].width)
        for axes, drawn in zip(grid[:, 0], curves, strict=True):
            axes.plot(*drawn, color=style.FAINT, linewidth=0.6, zorder=1)
        for axes, clip in zip(grid[:, 0], clips, strict=True):
            for chosen, colour, name in (
                (clip.on, style.VERMILION, "ON"), (~clip.on, style.BLUE, "OFF"),
            ):  # fmt: skip
                axes.plot(
                    clip.times[chosen],
                    clip.x[chosen],
                    linestyle="none",
                    marker="|",
                    markersize=3,
                    color=colour,
                    label=name,
                )
            axes.set_xlim(0, clip.duration)
            axes.set_ylim(-0.5, clip.width - 0.5)
            what = "x (pixel)" if clip.curves is None else "channel"
            axes.set_ylabel(f"{style.shortened(clip.name, 16)}\n{what}")
            style.whole_ticks(axes, "y", 3)
        grid[-1, 0].set_xlabel("time (ms)")
        grid[0, 0].legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return figure
