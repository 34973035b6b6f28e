"""The N-MNIST reader on made files, and on the real ones where they are."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats.nmnist import NMNIST as Recordings
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources.nmnist import NMNIST

DATA = os.environ.get("NEUROSPIKE_DATA")
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 2**23 - 1), st.integers(0, 255), st.integers(0, 255), st.integers(0, 1)
    ),
    min_size=1,
    max_size=20,
)


def packed(rows):
    """Return (t, x, y, p) as the format has it: one 40-bit big-endian number an event."""
    words = [x << 32 | y << 24 | p << 23 | t for t, x, y, p in rows]
    return b"".join(word.to_bytes(5, "big") for word in words)


@pytest.fixture
def root(tmp_path):
    for digit in range(10):
        folder = tmp_path / "Train" / str(digit)
        folder.mkdir(parents=True)
        for number in (7, 3):
            rows = [(10, digit, number, 1), (20, 33, 0, 0)]
            (folder / f"{number:05}.bin").write_bytes(packed(rows))
    return tmp_path


@settings(deadline=None)
@given(EVENTS)
def test_every_bit_is_where_the_format_has_it(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("bin") / "a.bin"
    rows.sort()
    path.write_bytes(packed(rows))
    everywhere = Recordings(sensor=Sensor(width=256, height=256))
    assert everywhere.read(path).events.tolist() == rows


def test_a_known_event():
    # x 5, y 9, ON, t 0x012345 = 74565 µs, written down byte by byte.
    assert packed([(74565, 5, 9, 1)]) == bytes([5, 9, 0x81, 0x23, 0x45])


def test_recordings_are_by_digit_and_name(root):
    source = NMNIST(root=str(root))
    assert source.labels().tolist() == [d for d in range(10) for _ in range(2)]
    assert source.class_names() == tuple("0123456789")
    assert source.read(5, 0).events.tolist() == [(10, 2, 7, 1), (20, 33, 0, 0)]
    assert source.read(5, 0).label == 2
    assert Path(source.read(4, 0).provenance) == root / "Train" / "2" / "00003.bin"
    inner = NMNIST(root=str(root / "Train"), samples_per_class=1)
    assert inner.labels().tolist() == list(range(10))


def test_a_file_that_ends_within_an_event(root):
    path = root / "Train" / "0" / "00003.bin"
    path.write_bytes(path.read_bytes()[:-2])
    with pytest.raises(DataError, match="truncated at byte 5, after 1 words: 3 of") as caught:
        NMNIST(root=str(root)).read(0, 0)
    assert caught.value.where == str(path)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ((30, 34, 0, 1), "event 1: x = 34 is outside of the sensor, whose x is 0 to 33"),
        ((30, 0, 240, 1), "event 1: y = 240 is outside of the sensor, whose y is 0 to 33"),
        ((9, 0, 0, 1), "event 1: t = 9 is earlier than an event before it"),
    ],
)
def test_an_event_that_cannot_be_is_named(root, row, message):
    (root / "Train" / "0" / "00003.bin").write_bytes(packed([(10, 0, 0, 1), row]))
    with pytest.raises(DataError, match=message):
        NMNIST(root=str(root)).read(0, 0)


def test_a_time_that_wraps_goes_on(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(packed([(2**23 - 1, 1, 2, 0), (5, 3, 4, 1)]))
    assert Recordings().read(path).events.tolist() == [(2**23 - 1, 1, 2, 0), (2**23 + 5, 3, 4, 1)]


def test_an_empty_file_and_a_file_that_is_none(root):
    path = root / "Train" / "0" / "00003.bin"
    path.write_bytes(b"")
    with pytest.raises(DataError, match="is empty"):
        NMNIST(root=str(root)).read(0, 0)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(DataError, match="not a file"):
        NMNIST(root=str(root)).read(0, 0)


def test_missing_folders_are_named(root, tmp_path):
    with pytest.raises(DataError, match="no N-MNIST data"):
        NMNIST(root=str(tmp_path / "elsewhere")).labels()
    for path in (root / "Train" / "4").iterdir():
        path.unlink()
    with pytest.raises(DataError, match=r"class `4` has no \.bin files"):
        NMNIST(root=str(root)).labels()
    (root / "Train" / "4").rmdir()
    with pytest.raises(DataError, match="class `4` is missing"):
        NMNIST(root=str(root)).labels()


@pytest.mark.skipif(DATA is None, reason="NEUROSPIKE_DATA is not set")
def test_real_recordings_are_as_the_module_says():
    source = NMNIST(root=str(Path(DATA) / "nmnist"))
    streams = [source.read(i, 0) for i in range(len(source.labels()))]
    assert len(streams) == 600
    events = np.concatenate([s.events for s in streams])
    assert (events["t"].min(), events["t"].max()) == (1, 315_109)
    assert (events["x"].max(), events["y"].max()) == (33, 33)
    assert len(events) / 600 == pytest.approx(4067.1, abs=0.1)
