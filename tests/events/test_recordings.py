"""`source: recordings`: which files, which windows, which split."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from neurospike_cli.errors import DataError
from neurospike_cli.events.loading import load_split
from neurospike_cli.events.sources.recordings import Recordings
from tests.events.made_recordings import dat, evt2, evt3

DATA = os.environ.get("NEUROSPIKE_DATA")
#: Begins at 1000 µs; windows of 1 ms hold 2, 1, 0 and 1 events, and 1 µs is left.
ROWS = [(1000, 1, 2, 1), (1999, 2, 3, 0), (2000, 3, 4, 1), (4500, 4, 5, 0), (5001, 5, 6, 1)]
SPLIT = {"train": 0.5, "validation": 0.25, "test": 0.25}


@pytest.fixture
def root(tmp_path):
    makers = {"a": evt2, "b": evt3, "c": dat, "d": evt3}
    for label in ("left", "right"):
        (tmp_path / label / "more").mkdir(parents=True)
        for name, maker in makers.items():
            folder = tmp_path / label / ("more" if name == "d" else "")
            (folder / name).write_bytes(maker(ROWS))
        (tmp_path / label / ".hidden").write_text("no recording")
    return tmp_path


def source(root, **changed):
    return Recordings(**{"root": str(root), "duration": 1.0, "windows": "all"} | changed)


def test_a_folder_is_a_class_and_every_file_a_recording(root):
    data = source(root, windows=1, duration=10.0)
    assert data.class_names() == ("left", "right")
    assert data.labels().tolist() == [0] * 4 + [1] * 4
    assert data.sensor_size == (34, 34)
    stream = data.read(6, 0)
    assert stream.events.tolist() == [(t - 1000, x, y, p) for t, x, y, p in ROWS]
    assert (stream.label, stream.duration, stream.dropped) == (1, 10.0, {})
    assert Path(stream.provenance) == root / "right" / "c"


def test_windows_share_out_the_events_and_count_what_is_left(root):
    data = source(root)
    assert data.labels().tolist() == [0] * 16 + [1] * 16
    windows = [data.read(index, 0) for index in range(4)]
    assert [stream.events["t"].tolist() for stream in windows] == [[0, 999], [0], [], [500]]
    assert [stream.dropped for stream in windows] == [{}, {}, {}, {"after_windows": 1}]
    # Events in = events in windows + dropped, with fewer windows too.
    assert source(root, windows=2).read(1, 0).dropped == {"after_windows": 2}
    assert source(root, windows=2).labels().tolist() == [0] * 8 + [1] * 8


def test_windows_of_as_many_events(root):
    data = source(root, events_per_window=2, duration=3.0)
    assert data.labels().tolist() == [0] * 8 + [1] * 8
    windows = [data.read(index, 0) for index in range(2)]
    assert [stream.events["t"].tolist() for stream in windows] == [[0, 999], [0, 2500]]
    assert [stream.dropped for stream in windows] == [{}, {"after_windows": 1}]
    # What comes 2 ms or more after its window's first event is dropped by the encoder.
    loaded = load_split(source(root, events_per_window=2, duration=2.0), "test", 0)
    assert loaded.dropped["after_duration"] == len(loaded) // 2
    one = source(root, events_per_window=9, duration=9.0).read(0, 0)
    assert (len(one), one.dropped) == (5, {})


@pytest.mark.parametrize("seed", range(5))
def test_no_recording_is_in_two_splits(root, seed):
    data = source(root, split=SPLIT)
    owners = {split: {int(w) // 4 for w in part} for split, part in data.partition(seed).items()}
    assert [len(owners[split]) for split in SPLIT] == [4, 2, 2]
    assert set.union(*owners.values()) == set(range(8))
    assert sum(map(len, data.partition(seed).values())) == 32


def test_time_is_divided_where_that_is_asked_for(root):
    parts = source(root, split=SPLIT, split_by="time").partition(0)
    assert parts["train"].tolist() == [4 * owner + i for owner in range(8) for i in (0, 1)]
    assert parts["test"].tolist() == [4 * owner + 3 for owner in range(8)]
    with pytest.raises(DataError, match="has 2 windows of 1 ms; the split needs 3"):
        source(root, windows=2, split_by="time").partition(0)
    with pytest.raises(DataError, match="has 1 windows of 4 events; the split needs 3"):
        source(root, events_per_window=4, split_by="time").partition(0)


def test_a_table_names_recordings(root):
    table = "class,file\nx,left/a\ny,right/b\nx,left/more/d\n"
    (root / "table.csv").write_text(table)
    data = source(root, labels_file="table.csv", windows=1)
    assert data.class_names() == ("x", "y")
    assert data.labels().tolist() == [0, 0, 1]
    assert Path(data.read(1, 0).provenance) == root / "left/more/d"


def test_a_file_may_be_named_after_its_class(root):
    for name in ("b.raw", "a.raw", ".hidden"):
        (root / name).write_bytes(evt2(ROWS))
    data = source(root, class_of="file", split_by="time")
    assert data.class_names() == ("a", "b")  # folders are none
    assert data.labels().tolist() == [0] * 4 + [1] * 4
    assert Path(data.read(4, 0).provenance) == root / "b.raw"
    (root / "empty").mkdir()
    with pytest.raises(DataError, match="has no files"):
        source(root / "empty", class_of="file").labels()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the columns must be file and class; got"),
        ("name,class\n", "line 1: the columns must be file and class; got name, class"),
        ("file,class\n", "names no recordings"),
        ("file,class\nleft/a,x,y\n", "line 2: has 3 columns; expected 2"),
        ("file,class\n\nleft/z,x\n", "line 3: there is no file 'left/z'"),
        (f"file,class\n{'9' * 10_000},x\n", "line 2: there is no file '9{200}'"),
        ("file,class\nleft/a,x\nleft/a,y\n", "names a recording twice"),
        ("file,class\nleft/a,\n", "a class name must be 1 to 64 printable characters"),
    ],
)
def test_a_table_that_is_wrong(root, text, message):
    (root / "table.csv").write_text(text)
    with pytest.raises(DataError, match=message):
        source(root, labels_file="table.csv").labels()


def test_folders_that_hold_nothing(root, tmp_path):
    with pytest.raises(DataError, match="is no folder"):
        source(root / "nowhere").labels()
    (root / "empty").mkdir()
    with pytest.raises(DataError, match="has no files") as caught:
        source(root).labels()
    assert caught.value.where == str(root / "empty")
    with pytest.raises(DataError, match="has no folder for each class"):
        source(root / "empty").labels()
    with pytest.raises(DataError, match="cannot be read"):
        source(root, labels_file="nowhere.csv").labels()


def test_a_sensor_that_no_file_tells_must_be_given(root):
    (root / "left" / "a").write_text("t,x,y,p\n1,2,3,1\n")
    with pytest.raises(DataError, match="does not tell the size of its sensor"):
        source(root).sensor_size  # noqa: B018
    assert source(root, sensor={"width": 34, "height": 34}).read(0, 0).width == 34
    with pytest.raises(DataError, match="34×34 px; the sensor is given as 9×9 px"):
        source(root, sensor={"width": 9, "height": 9}, windows=1).read(1, 0)


@pytest.mark.parametrize("windows", [0, "some", 1.5])
def test_windows_are_a_number_or_all(root, windows):
    with pytest.raises(ValidationError):
        source(root, windows=windows)


def test_damage_is_named_and_policies_reach_the_files(root):
    path = root / "left" / "c"
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(DataError, match="truncated at byte") as caught:
        source(root, windows=1).read(2, 0)
    assert caught.value.where == str(path)
    dropped = source(root, windows=1, recover=True, duration=9.0).read(2, 0).dropped
    assert dropped == {"bytes_cut_off": 5}


def test_a_split_is_loaded(root):
    loaded = load_split(source(root, split=SPLIT), "train", 3)
    assert len(loaded) == 16
    assert loaded.dropped == {"after_windows": 4}
    assert np.bincount(loaded.labels).tolist() == [8, 8]


@pytest.mark.skipif(DATA is None, reason="NEUROSPIKE_DATA is not set")
def test_five_objects(tmp_path):
    names = ("Caixa", "Caneca", "Estilete", "Lapiseira", "Tesoura")
    rows = [f"{DATA}/dvs128_objects/{name}.aedat,{name}" for name in names]
    (tmp_path / "table.csv").write_text("\n".join(["file,class", *rows]))
    data = source(tmp_path, labels_file="table.csv", duration=100.0, split_by="time")
    assert data.class_names() == names
    assert data.sensor_size == (128, 128)
    # 33 to 36 s each.
    assert all(327 <= count <= 365 for count in np.bincount(data.labels()))
    streams = [data.read(index, 0) for index in range(len(data.labels()))]
    left = sum(stream.dropped.get("after_windows", 0) for stream in streams)
    assert sum(map(len, streams)) + left == 374_039 + 518_133 + 413_436 + 249_545 + 263_941
