"""Draws `docs/images/encoders.png`, what encoders make of a recording and of an image.

Usage: python -m docs.encoders [FILE]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from neurospike_cli.events.encoders.encoder import Encoder
from neurospike_cli.events.encoders.event_encoder import EventEncoder
from neurospike_cli.events.encoders.image_encoder import ImageEncoder
from neurospike_cli.events.noise import Noise, add_noise
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.stream import EventStream
from neurospike_cli.figures import _style as style
from neurospike_cli.registry import discover
from neurospike_cli.rng import Purpose, stream

IMAGE = Path(__file__).parent / "images" / "encoders.png"
#: A row of pixels that a bar crosses, and how long it is recorded, in ms.
PIXELS, LENGTH = 24, 60.0
#: Side of the image, and how long it is shown, in ms.
SIDE, SHOWN = 20, 100.0
FIELDS = 6


def main(out: Path = IMAGE) -> None:
    """Write the figure."""
    style.save_figure(drawn(), out)


def drawn() -> Figure:
    """Return the figure: a panel for each encoder, under its name."""
    with style.styled():
        figure = style.new_figure("What encoders make of the same input", 9.0, 5.6)
        halves: Any = figure.subfigures(2, 1, height_ratios=(1, 1.05))
        upper, lower = halves
        _draw_events(upper.subplots(1, 4, sharey=True))
        _draw_image(lower.subplots(1, 5, width_ratios=(1, 1, 1, 1, 1.55)))
    return figure


def recording() -> EventStream:
    """Return a bar that crosses a row of pixels, and noise."""
    bar = EventStream(width=PIXELS, height=1).generate_synthetic_events(
        "moving_bar", duration=LENGTH, velocity=0.5, width=4.0
    )
    return add_noise(bar, Noise(rate=12.0), LENGTH, stream(0, Purpose.NOISE, 0, 0))


def picture() -> NDArray[np.uint8]:
    """Return a ring that is brightest at its upper left, (1, row, column)."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    ring = np.exp(-(((np.hypot(x, y) - 6.0) / 1.8) ** 2))
    shade = 0.65 - 0.35 * (x + y) / np.hypot(x, y) / np.sqrt(2)
    image: NDArray[np.uint8] = np.round(255 * ring * shade).astype(np.uint8)
    return image[None]


def _draw_events(row: Sequence[Axes]) -> None:
    events = recording().events
    for polarity, colour, name in ((1, style.VERMILION, "ON"), (0, style.BLUE, "OFF")):
        own = events[events["p"] == polarity]
        row[0].plot(own["t"] / 1e3, own["x"], "|", color=colour, label=name, markersize=4)
    row[0].set(xlim=(0, LENGTH), title="events", ylabel="pixel")
    row[0].legend(loc="center right", bbox_to_anchor=(1, 0.75), handletextpad=0)
    surface: dict[str, Any] = {"type": "time_surface", "interval": 4.0, "tau": 10.0}
    chosen: tuple[dict[str, Any], ...] = ({"type": "binary"}, {"type": "count"}, surface)
    for axes, parameters in zip(row[1:], chosen, strict=True):
        encoder = discover(Encoder)[parameters["type"]].model_validate({"dt": 4.0, **parameters})
        assert isinstance(encoder, EventEncoder)
        train = encoder.encode(recording(), LENGTH)
        shown = axes.imshow(
            train.to_dense()[0].T,
            cmap=style.LIGHT, vmin=0, vmax=4, aspect="auto",
            extent=(0, LENGTH, PIXELS - 0.5, -0.5),
        )  # fmt: skip
        axes.set(title=encoder.component_name, ylim=(-0.5, PIXELS - 0.5))
    for axes in row:
        axes.set_xlabel("time (ms)")
    bar = row[0].figure.colorbar(shown, ax=row, pad=0.01, aspect=25)
    style.whole_ticks(bar.ax, "y")
    bar.set_label("input per step of 4 ms")


def _draw_image(row: Sequence[Axes]) -> None:
    row[0].imshow(picture()[0], cmap="gray", vmin=0, vmax=255)
    row[0].set_title("image")
    rate = _encoded({"type": "rate", "max_rate": 100.0})
    counts = row[1].imshow(_planes(rate.channel_counts()[0]), cmap=style.LIGHT, vmin=0)
    row[1].set_title("rate")
    row[1].figure.colorbar(counts, ax=row[:2], location="bottom", shrink=0.5).set_label("spikes")
    chosen: tuple[dict[str, Any], ...] = (
        {"type": "latency"},
        {"type": "rank_order", "interval": 0.4},
        {"type": "population", "fields": FIELDS},
    )
    for axes, parameters in zip(row[2:], chosen, strict=True):
        times = _planes(_times(_encoded(parameters)))
        shown = axes.imshow(times, cmap=style.SEQUENTIAL, vmin=0, vmax=SHOWN)
        axes.set_title(parameters["type"])
    row[4].set_xlabel(f"{FIELDS} fields, from dark to bright", color=style.FAINT)
    bar = row[2].figure.colorbar(shown, ax=row[2:], location="bottom", shrink=0.5)
    bar.set_label("time of the spike (ms); white has none")
    for axes in row:
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set(visible=True, color=style.RULE)


def _encoded(parameters: dict[str, Any]) -> SpikeTrain:
    encoder = discover(Encoder)[parameters["type"]].model_validate(parameters)
    assert isinstance(encoder, ImageEncoder)
    return encoder.encode(picture(), SHOWN, 0.0, lambda i: stream(0, Purpose.ENCODING, 0, i))


def _times(train: SpikeTrain) -> NDArray[np.float64]:
    """Return when each channel spikes, NaN where it does not, (channel,)."""
    times = np.full(train.n_channels, np.nan)
    times[train.channels] = train.steps() * train.dt
    return times


def _planes(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return channels as an image, planes in two rows where there are several."""
    cube = values.reshape(-1, SIDE, SIDE).astype(np.float64)
    rows = 1 if len(cube) == 1 else 2
    return np.block([list(part) for part in np.split(cube, rows)])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
