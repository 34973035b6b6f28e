"""The page of a recording: its words have room, its curves and images are those of its events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.events.formats.csv import CSV
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream
from neurospike_cli.events.surveys.recording_survey import survey
from neurospike_cli.figures._recording_page import SLICES, recording_page
from tests.figures.reading import overlapping, said


def made(folder: Path, width: int, height: int, count: int = 4000) -> Path:
    """Write a recording of 1 s of random events, with a pixel that stands out."""
    rng = np.random.default_rng(1)
    events = np.zeros(count, EVENT_DTYPE)
    events["t"] = np.sort(rng.integers(10**9, 10**9 + 10**6, count))
    events["x"], events["y"] = rng.integers(0, width, count), rng.integers(0, height, count)
    events["p"] = rng.random(count) < 0.6
    events["x"][::10], events["y"][::10] = width // 2, height // 2
    path = folder / "recording.csv"
    CSV().write(EventStream(width, height, events), path)
    return path


@pytest.mark.parametrize("size", [(34, 34), (128, 30), (20, 50), (60, 1), (300, 2)])
def test_a_page_has_room_for_its_words(tmp_path: Path, size: tuple[int, int]) -> None:
    path = made(tmp_path, *size)
    figure = recording_page(path, survey(path))
    assert overlapping(figure) == []
    words = said(figure)
    assert "recording.csv · csv · 4,000 events" in words
    assert f"stands out: ({size[0] // 2}, {size[1] // 2})" in words


def test_what_is_drawn_are_the_events(tmp_path: Path) -> None:
    path = made(tmp_path, 34, 34)
    found = survey(path)
    figure = recording_page(path, found)
    slices = [np.asarray(axes.images[0].get_array()) for axes in figure.axes[:SLICES]]
    assert np.abs(slices).sum() == 4000
    rate = next(axes for axes in figure.axes if axes.get_ylabel() == "events per second")
    on, off = (line.get_ydata() for line in rate.lines)
    # 1 s is 100 bins of 10 ms, or one more.
    assert (len(on), on.sum() * 0.01, off.sum() * 0.01) == pytest.approx(
        (len(on), found.on, 4000 - found.on)
    )
    pixels = next(axes for axes in figure.axes if axes.get_ylabel() == "pixels")
    assert sum(patch.get_height() for patch in pixels.patches) == (found.counts > 0).sum()


def test_a_recording_without_events_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("t,x,y,p\n")
    assert "no events" in said(recording_page(path, survey(path)))
