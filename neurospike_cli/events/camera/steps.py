"""The light of a pattern: each pixel is bright or dark, and steps from one to the other.

The pattern's ON events are the steps up, its OFF events those down. Before its first step a pixel
is what the step leaves, and one without steps is dark. Where two of one kind follow each other, as
where the objects of a `sum` meet, the second changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.camera.exposure import Exposure
from neurospike_cli.events.camera.recording import Scene
from neurospike_cli.events.stream import EventStream

Floats = NDArray[np.float64]


def steps(ideal: EventStream, contrast: float) -> Scene:
    """Return what a camera sees of a pattern.

    Args:
        ideal: its events without a camera, and its duration.
        contrast: between bright and dark, in units of ln.
    """
    events = ideal.events
    pixel = events["y"].astype(np.intp) * ideal.width + events["x"]
    order = np.argsort(pixel, kind="stable")  # of one pixel, by time
    first = np.searchsorted(pixel[order], pixel[order])
    begins = np.full(ideal.width * ideal.height, -contrast)
    earliest = order[first == np.arange(len(order))]
    begins[pixel[earliest]] = np.where(events["p"][earliest] == 1, -contrast, 0.0)
    rank = np.empty(len(order), dtype=np.intp)  # of an event among those of its pixel
    rank[order] = np.arange(len(order)) - first
    return Scene(begins, _exposures(ideal, pixel, rank, begins, -contrast))


def _exposures(
    ideal: EventStream,
    pixel: NDArray[np.intp],
    rank: NDArray[np.intp],
    begins: Floats,
    dark: float,
) -> Iterator[Exposure]:
    """Yield constant light up to the first step of each pixel, to the second one, …, to the end."""
    level, clock = begins.copy(), np.zeros(len(begins))
    by_rank = np.argsort(rank, kind="stable")
    ends = np.cumsum(np.bincount(rank))
    for number in np.split(by_rank, ends[:-1]):
        own, time = pixel[number], ideal.events["t"][number].astype(np.float64)
        yield Exposure(own, clock[own], time, level[own], level[own])
        level[own] = np.where(ideal.events["p"][number] == 1, 0.0, dark)
        clock[own] = time
    assert ideal.duration is not None
    whole = np.arange(len(level))
    yield Exposure(whole, clock, np.full(len(level), ideal.duration * 1000.0), level, level)
