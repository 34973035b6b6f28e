"""Data set folders: what is written comes back, and what was changed is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import warnings
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.array_archive import read_arrays
from neurospike_cli.events.dataset_folder import ARRAYS, Description, Part, write_dataset
from neurospike_cli.events.dataset_reader import open_dataset, read_part
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources.dataset import Dataset
from neurospike_cli.events.stream import EventStream
from tests.events.made_events import events_of, rows_of, streams

CLASSES = ("a, b", "é\n")  # a comma, an accent and a line end in a name must survive the table
MEMBERS = {"a": np.dtype("<i8"), "b": np.dtype("i1")}


def written(folder, recordings, width=6, height=6):
    """Write recordings 0, 1, … in turn to train, validation and test."""
    made = [
        EventStream(width=width, height=height, events=events, label=i % 2)
        for i, events in enumerate(recordings)
    ]
    parts = {
        name: Part(np.arange(k, len(made), 3), tuple(made[k::3]))
        for k, name in enumerate(("train", "validation", "test"))
    }
    description = Description(
        classes=CLASSES, sensor=Sensor(width=width, height=height), duration=20.0, seed=5, source={}
    )
    return made, write_dataset(folder, description, parts)


@pytest.fixture
def folder(tmp_path):
    written(tmp_path, [events_of((i, i, 0, 1), (i + 1, 0, i, 0)) for i in range(6)])
    return tmp_path


@settings(deadline=None, max_examples=30)
@given(st.lists(streams(), max_size=7))
def test_every_recording_comes_back(tmp_path_factory, recordings):
    path = tmp_path_factory.mktemp("set")
    made, manifest = written(path, [stream.events for stream in recordings])
    source = Dataset(root=str(path))
    assert source.labels().tolist() == [s.label for s in made]
    assert {k: v.tolist() for k, v in source.partition(0).items()} == {
        name: list(range(len(made)))[k::3] for k, name in enumerate(("train", "validation", "test"))
    }
    for index, stream in enumerate(made):
        back = source.read(index, 0)
        assert rows_of(back) == rows_of(stream)
        assert (back.label, back.width, back.height, back.duration) == (index % 2, 6, 6, 20.0)
    assert sum(manifest.events.values()) == sum(map(len, made))


def test_the_truth_of_every_event_comes_back(tmp_path):
    stream = EventStream(width=6, height=6, events=events_of((1, 0, 0, 1), (2, 1, 0, 0)), label=0)
    made = [replace(stream, truth=np.array(truth, np.uint8)) for truth in ([0, 3], [2, 1], [1, 1])]
    parts = {
        "train": Part(np.arange(2), tuple(made[:2])),
        "validation": Part(np.array([2]), (stream,)),
        "test": Part(np.empty(0, np.int64), ()),
    }
    description = Description(
        classes=CLASSES, sensor=Sensor(width=6, height=6), duration=20.0, seed=5, source={}
    )
    write_dataset(tmp_path, description, parts)
    stored = open_dataset(tmp_path)
    assert [s.truth.tolist() for s in read_part(stored, "train").streams] == [[0, 3], [2, 1]]
    assert read_part(stored, "validation").streams[0].truth is None
    assert read_part(stored, "test").streams == ()
    assert not (tmp_path / "test.truth.npz").exists()
    for truth in ([0, 3, 2], [0, 3, 2, 4]):
        buffer = io.BytesIO()
        np.savez(buffer, truth=np.array(truth, np.uint8))
        rewritten(tmp_path, "train.truth.npz", buffer.getvalue())
        with pytest.raises(DataError, match="does not tell one cause of each event"):
            read_part(open_dataset(tmp_path), "train")


def test_the_same_recordings_give_the_same_bytes(tmp_path):
    rows = [events_of((1, 1, 1, 1))] * 3
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        written(tmp_path / name, rows)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_labels_are_a_table_for_people(folder):
    table = list(csv.reader(io.StringIO((folder / "labels.csv").read_text(), newline="")))
    assert table[:3] == [
        ["split", "recording", "label", "class"],
        ["train", "0", "0", "a, b"],
        ["train", "3", "1", "é\n"],
    ]


def test_one_split_is_read_without_the_others(folder):
    (folder / "test.npz").unlink()
    stored = open_dataset(folder)
    assert len(read_part(stored, "train").streams) == 2
    with pytest.raises(DataError, match="is missing from the data set") as caught:
        read_part(stored, "test")
    assert caught.value.where == str(folder / "test.npz")


@pytest.mark.parametrize("name", ["train.npz", "labels.csv"])
@pytest.mark.parametrize("position", [0, 0.3, 0.6, 0.999])
def test_one_changed_bit_is_found(folder, name, position):
    data = bytearray((folder / name).read_bytes())
    data[int(position * len(data))] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(DataError, match="SHA-256 is not that of the manifest"):
        Dataset(root=str(folder)).read(0, 0)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("version", 2, "version: Input should be 1"),
        ("format", "zip", "format: "),
        ("classes", [], "classes: "),
        ("sensor", {"width": -1, "height": 1}, r"sensor\.width: "),
        ("extra", 1, "extra: "),
    ],
)
def test_a_manifest_that_says_something_else(folder, key, value, message):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, key: value}))
    with pytest.raises(DataError, match=message):
        Dataset(root=str(folder)).class_names()


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"\xff\xfe", b"null", b"[" * 100_000])
def test_a_manifest_that_is_none(folder, text):
    (folder / "manifest.json").write_bytes(text)
    with pytest.raises(DataError):
        open_dataset(folder)


def test_a_folder_that_is_no_data_set(tmp_path):
    with pytest.raises(DataError, match=r"it has no manifest\.json"):
        Dataset(root=str(tmp_path / "none")).labels()


def rewritten(folder, name, data):
    """Replace a file and its hash, as someone who means it would."""
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"][name] = hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("train,3,1", "train,3,7", "line 3 is no recording"),
        ("train,3,1", "train,0,1", "not 0, 1, … once each"),
        ("train,3,1", "train,x,1", "is no recording"),
        ("train,3,1", "dev,3,1", "is no recording"),
        ("train,3,1", "train", "is no recording"),
        ("recording", "number", "not 0, 1, … once each"),
    ],
)
def test_a_table_that_contradicts_itself(folder, old, new, message):
    text = (folder / "labels.csv").read_text().replace(old, new)
    rewritten(folder, "labels.csv", text.encode())
    with pytest.raises(DataError, match=message):
        open_dataset(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"offsets": [0, 3, 4]}, None),
        ({"offsets": [0, 5, 4]}, "offsets do not fit"),
        ({"offsets": [0, 4]}, "offsets do not fit"),
        ({"offsets": []}, "offsets do not fit"),
        ({"offsets": [0, 2, 9]}, "offsets do not fit"),
        ({"p": [1, 0, 1]}, "offsets do not fit"),
        ({"labels": [0, 0]}, r"not those of labels\.csv"),
        ({"recordings": [0, 4]}, r"not those of labels\.csv"),
        ({"x": [0, 6, 0, 0]}, "event 1: x = 6 must be below"),
    ],
)
def test_an_archive_that_contradicts_itself(folder, change, message):
    with np.load(folder / "train.npz") as archive:
        arrays = {**{name: archive[name] for name in ARRAYS}, "t": np.array([0, 1, 2, 3])}
    changed = {**arrays, **change}
    buffer = io.BytesIO()
    np.savez(buffer, **{name: np.array(changed[name], ARRAYS[name]) for name in ARRAYS})
    rewritten(folder, "train.npz", buffer.getvalue())
    if message is None:
        assert [len(s) for s in read_part(open_dataset(folder), "train").streams] == [3, 1]
        return
    with pytest.raises(DataError, match=message):
        read_part(open_dataset(folder), "train")


def zipped(members, compression=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a name that is there twice is on purpose
                archive.writestr(name, data)
    return buffer.getvalue()


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


A, B = npy(np.arange(3, dtype="<i8")), npy(np.ones(2, dtype="i1"))


def test_arrays_come_back():
    arrays = read_arrays(zipped([("a.npy", A), ("b.npy", B)]), MEMBERS, "f")
    assert arrays["a"].tolist() == [0, 1, 2]
    assert arrays["b"].tolist() == [1, 1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        zipped([("a.npy", A)]),
        zipped([("a.npy", A), ("b.npy", B), ("../c.npy", B)]),
        zipped([("a.npy", A), ("b.npy", B), ("b.npy", B)]),
        zipped([("a.npy", A), ("b.npy", B)], zipfile.ZIP_DEFLATED),
        zipped([("a.npy", A), ("b.npy", b"")]),
        zipped([("a.npy", A), ("b.npy", B[:-1])]),
        zipped([("a.npy", A[:-3]), ("b.npy", B)]),
        zipped([("a.npy", A.replace(b"(3,)", b"(9,)")), ("b.npy", B)]),
        zipped([("a.npy", A.replace(b"(3,), }         ", b"(3000000000,), }")), ("b.npy", B)]),
        zipped([("a.npy", npy(np.ones(3))), ("b.npy", B)]),
        zipped([("a.npy", npy(np.ones((3, 1), "<i8"))), ("b.npy", B)]),
        zipped([("a.npy", npy(np.array([{}], object))), ("b.npy", B)]),
        zipped([("a.npy", npy(np.ones(3, ">i8"))), ("b.npy", B)]),
    ],
)
def test_an_archive_that_is_not_what_was_asked_for(data):
    with pytest.raises(DataError, match="is no array archive") as caught:
        read_arrays(data, MEMBERS, "f.npz")
    assert caught.value.where == "f.npz"


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_archive_is_read_right_or_refused(position, flip):
    data = bytearray(zipped([("a.npy", A), ("b.npy", B)]))
    data[position % len(data)] ^= flip
    try:
        arrays = read_arrays(bytes(data), MEMBERS, "f")
    except DataError:
        return
    assert (arrays["a"].tolist(), arrays["b"].tolist()) == ([0, 1, 2], [1, 1])
