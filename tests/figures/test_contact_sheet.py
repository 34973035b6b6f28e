"""Contact sheets: what a picture shows, where it stands, and names that are files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurospike_cli.events.formats.npy import NPY
from neurospike_cli.events.stream import EventStream
from neurospike_cli.figures._contact_sheet import draw_sheet, file_names, folder_sheet, thumbnail
from tests.events.made_events import events_of, streams
from tests.figures.reading import overlapping, said


@given(streams(sides=st.integers(2, 6)))
def test_a_picture_is_the_sum_of_weights_of_a_plain_loop(stream):
    end = max(1, stream.end)
    sums = np.zeros((stream.height, stream.width, 2))
    for t, x, y, p in stream.events.tolist():
        sums[y, x, p] += 2.0 ** (-5.0 * (end - t) / end)
    expected = sums.sum(axis=2) * np.where(sums[:, :, 1] >= sums[:, :, 0], 1, -1)
    shown = thumbnail(stream, "7")
    assert shown.caption == f"7 · {len(stream)}"
    # At most 40 weights of at most 1 are added in another order.
    assert shown.image == pytest.approx(expected, abs=1e-13)


def test_a_sensor_of_one_row_is_shown_over_time():
    stream = EventStream(3, 1, events_of((0, 0, 0, 1), (50_000, 2, 0, 0)), duration=100.0)
    image = thumbnail(stream, "0").image
    assert image.shape == (3, 128)
    # Pixels go upwards: 0 is the lowest row; half of the time is column 64.
    assert np.argwhere(image).tolist() == [[0, 64], [2, 0]]
    assert (image[0, 64], image[2, 0]) == (-1.0, 1.0)


def test_a_large_sensor_is_shown_in_blocks():
    stream = EventStream(300, 200, events_of((9, 299, 199, 1), (9, 298, 198, 1)))
    image = thumbnail(stream, "0").image
    assert image.shape == (67, 100)
    assert np.argwhere(image).tolist() == [[66, 99]]


@pytest.mark.parametrize("count", [1, 2, 5, 24])
@pytest.mark.parametrize("size", [(16, 16), (40, 20), (10, 30), (20, 1)])
def test_a_sheet_has_room_for_its_words(count, size):
    events = events_of((0, 0, 0, 1), (7, size[0] - 1, size[1] - 1, 0))
    shown = [thumbnail(EventStream(*size, events), str(1000 + i)) for i in range(count)]
    figure = draw_sheet("a class", shown, 30)
    assert f"{count} of 30 recordings" in said(figure)
    assert all(f"{1000 + i} · 2" in said(figure) for i in range(count))
    assert overlapping(figure) == []
    images = figure.axes[0].images
    assert len(images) == count
    boxes = [image.get_extent() for image in images]
    assert len({tuple(box) for box in boxes}) == count
    # Pixels are squares.
    for left, right, bottom, top in boxes:
        rows, columns = shown[0].image.shape
        assert (bottom - top) / (right - left) == pytest.approx(rows / columns)


def test_a_sheet_of_no_recording_says_so():
    assert "no recordings" in said(draw_sheet("empty", [], 0))


def test_a_sheet_of_a_folder_leaves_out_what_cannot_be_read(tmp_path: Path):
    (tmp_path / "left").mkdir()
    stream = EventStream(9, 7, events_of((10**15, 0, 0, 1), (10**15 + 100, 8, 6, 1)))
    NPY().write(stream, tmp_path / "left" / "a.npy")
    (tmp_path / "b.txt").write_text("hello")
    figure = folder_sheet(tmp_path, {"b.txt"})
    assert "left/a.npy · 2" in said(figure)
    image = figure.axes[0].images[0].get_array()
    # Times count from the first event on: it weighs 2^-5 of the last one, nearly.
    assert image[0, 0] / image[6, 8] == pytest.approx(2.0**-5, rel=0.05)


@given(st.lists(st.text(min_size=1, max_size=64), min_size=1, max_size=8, unique=True))
def test_names_of_files_are_safe_and_differ(classes):
    names = file_names(classes)
    assert len({name.casefold() for name in names}) == len(classes)
    for name in names:
        assert name == Path(name).name
        assert not name.startswith(".")
        assert len(f"{name}.png".encode()) <= 255


def test_a_number_that_makes_names_differ_may_be_a_name():
    assert file_names(["a", "A", "a.1"]) == ["a.0", "A.1_", "a.1"]


def test_plain_names_stay():
    assert file_names(["right", "spin_left", "a/b", "A b", "A.b"]) == [
        "right", "spin_left", "a_b.2", "A_b.3", "A.b",
    ]  # fmt: skip
