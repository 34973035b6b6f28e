"""Pictures of a data set: a preview, and for each class a sheet with many of its recordings.

A picture shows a whole recording: of each pixel the sum of its events, each with the weight

    w = 2^(-5 (T - t) / T)

so that motion leaves a trail behind what is seen last; the colour is that of the polarity with the
greater sum. A sensor of one row is shown as its pixels (upwards) over time (to the right), where
each event weighs 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from neurospike_cli.events.formats.format import smallest_size
from neurospike_cli.events.recognition import recognise
from neurospike_cli.events.signals.signal import Signal
from neurospike_cli.events.split import SPLITS
from neurospike_cli.events.stored.dataset_reader import StoredDataset, open_dataset, open_split
from neurospike_cli.events.stream import EventStream, no_events
from neurospike_cli.events.surveys.folder_survey import recording_files
from neurospike_cli.figures import _style as style
from neurospike_cli.figures.event_preview import MOST_ROWS, colour_limit, draw_streams

PREVIEW, FOLDER = "preview.png", "classes"
#: Recordings of a sheet, and sheets of a data set.
MOST, MOST_SHEETS = 24, 100
_MOST_EVENTS = 2**20
_SIDE = 128  # pixels of a picture at most; more would not be seen
_HALVINGS = 5.0
_GAP = 0.08  # between pictures, of a picture's width
_WIDEST, _CAPTION = 1.9, 0.16  # inches: of a picture, and below it


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A recording in one small picture.

    Attributes:
        caption: its number and its events.
        image: weights, ON above 0 and OFF below, (row, column).
        is_raster: whether rows are pixels and columns are times.
    """

    caption: str
    image: NDArray[np.float64]
    is_raster: bool


def draw_dataset(
    stored: StoredDataset, signal: Callable[[int], Signal | None] = lambda index: None
) -> None:
    """Draw ``preview.png`` and ``classes/<class>.png`` into the folder of a data set.

    Args:
        stored: the data set.
        signal: returns what a recording was measured from, where that is a sampled signal.

    Raises:
        RunError: the folder cannot be written to.
    """
    names, read = stored.manifest.classes, _reader(stored)
    train = stored.partition["train"]
    firsts = [train[stored.labels[train] == label][:1] for label in range(len(names))]
    shown = [int(first[0]) for first in firsts if len(first)][:MOST_ROWS]
    preview = draw_streams(
        list(map(read, shown)),
        [names[stored.labels[i]] for i in shown],
        list(map(signal, shown)),
        classes=len(names),
    )
    style.save_figure(preview, stored.folder / PREVIEW)
    for label, file in enumerate(file_names(names)[:MOST_SHEETS]):
        members = np.flatnonzero(stored.labels == label)
        chosen = members[_spread(len(members))].tolist()
        thumbnails = [thumbnail(read(index), str(index)) for index in chosen]
        sheet = draw_sheet(names[label], thumbnails, len(members))
        style.save_figure(sheet, stored.folder / FOLDER / f"{file}.png")


def dataset_sheet(folder: Path) -> Figure:
    """Return a sheet with recordings of a data set, spread over its classes.

    Raises:
        DataError: it is damaged.
    """
    stored = open_dataset(folder)
    read, names = _reader(stored), stored.manifest.classes
    by_class = np.argsort(stored.labels, kind="stable")
    thumbnails = [
        thumbnail(read(index), f"{index} {names[stored.labels[index]]}")
        for index in by_class[_spread(len(by_class))].tolist()
    ]
    return draw_sheet(folder.name, thumbnails, len(by_class))


def folder_sheet(folder: Path, unread: Collection[str]) -> Figure:
    """Return a sheet with recordings of a folder, spread over its classes, each in its own scale.

    Args:
        folder: the folder.
        unread: files that cannot be read, as paths in the folder.

    Raises:
        DataError: another file cannot be read.
    """
    files = [
        path for _, path in recording_files(folder) if str(path.relative_to(folder)) not in unread
    ]
    chosen = [files[i] for i in _spread(len(files))]
    thumbnails = [
        thumbnail(_beginning(path), style.shortened(str(path.relative_to(folder)), 16))
        for path in chosen
    ]
    scaled = [replace(one, image=one.image / colour_limit([one.image])) for one in thumbnails]
    return draw_sheet(folder.resolve().name, scaled, len(files))


def _spread(count: int) -> NDArray[np.int64]:
    return np.linspace(0, count - 1, min(MOST, count), dtype=np.int64)


def _beginning(path: Path) -> EventStream:
    """Return up to a million events of a recording, in time from the first on."""
    format_ = recognise(path, outside="drop", unordered="drop", recover=True)
    events = next(format_.chunks(path, _MOST_EVENTS), no_events()).copy()
    width, height = format_.told_size(path) or smallest_size(events)
    events["t"] -= int(events["t"][0]) if len(events) else 0
    return EventStream(width, height, events)


def file_names(classes: Sequence[str]) -> list[str]:
    """Return a file name for each class, without an end: letters, digits, ``-``, ``_`` and dots.

    Names that would be the same in a file system that ignores case get the number of their class.
    """
    plain = [re.sub(r"[^\w.-]+", "_", name)[:60].strip("._") or "class" for name in classes]
    folded = [name.casefold() for name in plain]
    taken, names = set(folded), list(plain)
    for label in (i for i, name in enumerate(folded) if folded.count(name) > 1):
        names[label] = f"{plain[label]}.{label}"
        while names[label].casefold() in taken:
            names[label] += "_"
        taken.add(names[label].casefold())
    return names


def thumbnail(stream: EventStream, name: str) -> Thumbnail:
    """Return a recording as a small picture; its caption is its name and its events."""
    events, end = stream.events, max(1, stream.end)
    times = events["t"] / end
    is_raster = stream.height == 1
    if is_raster:
        columns, rows = (times * _SIDE).astype(np.int64), events["x"].astype(np.int64)
        size, weights = (stream.width, _SIDE), np.ones(len(times))
    else:
        columns, rows = events["x"].astype(np.int64), events["y"].astype(np.int64)
        size, weights = (stream.height, stream.width), 2.0 ** (_HALVINGS * (times - 1.0))
    scale = -(-max(size) // _SIDE)
    height, width = (-(-side // scale) for side in size)
    at = rows // scale * width + np.minimum(columns // scale, width - 1)
    on = events["p"] == 1
    sums = [
        np.bincount(at[chosen], weights[chosen], minlength=height * width) for chosen in (on, ~on)
    ]
    sign = np.where(sums[0] >= sums[1], 1.0, -1.0)
    image = np.reshape((sums[0] + sums[1]) * sign, (height, width))
    shown = image[::-1] if is_raster else image
    return Thumbnail(f"{name} · {len(stream):,}", shown, is_raster)


def draw_sheet(name: str, thumbnails: Sequence[Thumbnail], recordings: int) -> Figure:
    """Return the sheet of one class.

    Args:
        name: of the class.
        thumbnails: what is shown, one at least.
        recordings: how many the class has.
    """
    title = f"{style.shortened(name, 40)} · {recordings:,} recordings"
    if recordings > len(thumbnails):
        title = f"{style.shortened(name, 40)} · {len(thumbnails)} of {recordings:,} recordings"
    if not thumbnails:
        return style.no_data(title, "the class has no recordings")
    shapes = [thumb.image.shape[0] / thumb.image.shape[1] for thumb in thumbnails]
    layout = _layout(len(thumbnails), max(shapes))
    limit = colour_limit([thumb.image for thumb in thumbnails])
    has_off = any((thumb.image < 0).any() for thumb in thumbnails)
    with style.styled():
        figure = style.new_figure(title, *layout.figure)
        axes = figure.add_subplot()
        for i, thumb in enumerate(thumbnails):
            _place(axes, thumb, layout.corner(i), layout.shape, limit if has_off else -limit)
        axes.set(xlim=(0, layout.size[0]), ylim=(layout.size[1], 0), aspect="equal")
        axes.set_axis_off()
        _explain(figure, axes, has_off=has_off, is_raster=thumbnails[0].is_raster)
    return figure


@dataclass(frozen=True)
class _Layout:
    """Where pictures stand; lengths are in widths of a picture.

    Attributes:
        across, down: how many there are.
        shape: height of a picture.
        caption: height of what is below it.
        inches: width of a picture, in inches.
    """

    across: int
    down: int
    shape: float
    caption: float
    inches: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of all pictures."""
        return (
            self.across * (1.0 + _GAP) - _GAP,
            self.down * (self.shape + self.caption + _GAP) - _GAP,
        )

    @property
    def figure(self) -> tuple[float, float]:
        """Width and height of the figure, in inches."""
        width, height = (length * self.inches for length in self.size)
        return max(5.0, width + 0.3), height + 0.75

    def corner(self, i: int) -> tuple[float, float]:
        """Return left and top of picture `i`."""
        row, column = divmod(i, self.across)
        return column * (1.0 + _GAP), row * (self.shape + self.caption + _GAP)


def _layout(count: int, shape: float) -> _Layout:
    across = min(count, max(3, min(8, round((1.5 * count * shape) ** 0.5))))
    inches = min(_WIDEST, 8.7 / (across * (1.0 + _GAP)))
    return _Layout(across, -(-count // across), shape, _CAPTION / inches, inches)


def _place(
    axes: Axes, thumb: Thumbnail, corner: tuple[float, float], shape: float, limit: float
) -> None:
    """Draw a picture, its frame and its caption; a limit below 0 says that there is no OFF."""
    own = thumb.image.shape[0] / thumb.image.shape[1]
    wide, high = min(1.0, shape / own), min(shape, own)
    left, top = corner[0] + (1.0 - wide) / 2, corner[1] + (shape - high) / 2
    axes.imshow(
        thumb.image,
        cmap=style.DIVERGING if limit > 0 else style.LIGHT,
        vmin=min(-limit, 0.0),
        vmax=abs(limit),
        extent=(left, left + wide, top + high, top),
        interpolation="nearest",
    )
    frame = Rectangle((left, top), wide, high, fill=False, edgecolor=style.RULE, linewidth=0.8)
    axes.add_patch(frame)
    axes.text(
        corner[0] + 0.5, corner[1] + shape + 0.02, thumb.caption,
        ha="center", va="top", fontsize=7, color=style.FAINT,
    )  # fmt: skip


def _explain(figure: Figure, axes: Axes, *, has_off: bool, is_raster: bool) -> None:
    how = "pixels upwards, time to the right" if is_raster else "later events are stronger"
    names = {"ON": style.DIVERGING(0.85), "OFF": style.DIVERGING(0.15)}
    if has_off:
        patches = [Patch(color=colour, label=name) for name, colour in names.items()]
        figure.legend(handles=patches, loc="upper right", ncols=2, handlelength=1.0)
    axes.text(
        0.0, -0.01, f"name of the recording · its events; {how}",
        transform=axes.transAxes, va="top", fontsize=7.5, color=style.FAINT,
    )  # fmt: skip


def _reader(stored: StoredDataset) -> Callable[[int], EventStream]:
    """Return what reads a recording by its number; the files were hashed when they were made."""
    splits = [open_split(stored, split, verified=False) for split in SPLITS]
    return lambda index: splits[stored.split_of[index]].read(index)
