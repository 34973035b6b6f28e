"""Data set folders: what is written comes back, and what was changed is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.array_archive import locate_arrays
from neurospike_cli.events.sources.dataset import Dataset
from neurospike_cli.events.split import SPLITS
from neurospike_cli.events.stored.dataset_folder import arrays_of
from neurospike_cli.events.stored.dataset_generation import generate_dataset, plan_for
from neurospike_cli.events.stored.dataset_reader import open_dataset, open_split
from neurospike_cli.events.stream import EventStream
from tests.events.made_events import events_of, rows_of, streams
from tests.events.made_source import MadeSource

CLASSES = ("a, b", "é\n")  # a comma, an accent and a line end in a name must survive the table
PLAIN = arrays_of(has_truth=False)
MEMBERS = {"a": np.dtype("<i8"), "b": np.dtype("i1")}


def made_of(recordings, truths=None):
    """Return recordings of 6×6 px."""
    truths = truths or [None] * len(recordings)
    return [
        EventStream(width=6, height=6, events=events, truth=truth)
        for events, truth in zip(recordings, truths, strict=True)
    ]


def written(folder, recordings, truths=None):
    """Write recordings 0, 1, … in turn to train, validation and test."""
    made = made_of(recordings, truths)
    source = MadeSource(made, CLASSES)
    return made, generate_dataset(plan_for(source, 5), folder, workers=1)


def read_part(stored, split):
    """Return the recordings of a split."""
    opened = open_split(stored, split)
    return [opened.read(index) for index in opened.recordings.tolist()]


@pytest.fixture
def folder(tmp_path):
    written(tmp_path / "set", [events_of((i, i, 0, 1), (i + 1, 0, i, 0)) for i in range(6)])
    return tmp_path / "set"


@settings(deadline=None, max_examples=30)
@given(st.lists(streams(), max_size=7))
def test_every_recording_comes_back(tmp_path_factory, recordings):
    path = tmp_path_factory.mktemp("folder") / "set"
    made, manifest = written(path, [stream.events for stream in recordings])
    source = Dataset(root=str(path))
    assert source.labels().tolist() == [i % 2 for i in range(len(made))]
    assert {k: v.tolist() for k, v in source.partition(0).items()} == {
        name: list(range(len(made)))[k::3] for k, name in enumerate(("train", "validation", "test"))
    }
    for index, stream in enumerate(made):
        back = source.read(index, 0)
        assert rows_of(back) == rows_of(stream)
        assert (back.label, back.width, back.height, back.duration) == (index % 2, 6, 6, 20.0)
    assert sum(manifest.events.values()) == sum(map(len, made))


def test_the_same_recordings_give_the_same_bytes(tmp_path):
    rows = [events_of((1, 1, 1, 1))] * 3
    for name in ("one", "two"):
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
    assert len(read_part(stored, "train")) == 2
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
        ("version", 3, "version: Input should be 1 or 2"),
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
        arrays = {**{name: archive[name] for name in PLAIN}, "t": np.array([0, 1, 2, 3])}
    changed = {**arrays, **change}
    buffer = io.BytesIO()
    np.savez(buffer, **{name: np.array(changed[name], PLAIN[name]) for name in PLAIN})
    rewritten(folder, "train.npz", buffer.getvalue())
    if message is None:
        assert [len(s) for s in read_part(open_dataset(folder), "train")] == [3, 1]
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


def read_arrays(data, where="f"):
    """Return the arrays of an archive."""
    handle = io.BytesIO(data)
    found = locate_arrays(handle, MEMBERS, where)
    return {name: array.read(handle).tolist() for name, array in found.items()}


def test_arrays_come_back():
    assert read_arrays(zipped([("a.npy", A), ("b.npy", B)])) == {"a": [0, 1, 2], "b": [1, 1]}


def test_an_array_that_would_end_after_its_file_takes_no_memory():
    count, buffer = 10**12, io.BytesIO()
    header = {"descr": "<i8", "fortran_order": False, "shape": (count,)}
    with zipfile.ZipFile(buffer, "w") as archive:
        large = io.BytesIO()
        np.lib.format.write_array_header_1_0(large, header)
        for name, data in (("a.npy", large.getvalue()), ("b.npy", B)):
            archive.writestr(name, data)
        said = archive.getinfo("a.npy")
        said.file_size = said.compress_size = len(large.getvalue()) + 8 * count
    with pytest.raises(DataError, match="goes on after the end of the file"):
        read_arrays(buffer.getvalue())


def test_a_piece_of_an_array_comes_back():
    handle = io.BytesIO(zipped([("a.npy", npy(np.arange(9, dtype="<i8"))), ("b.npy", B)]))
    assert locate_arrays(handle, MEMBERS, "f")["a"].read(handle, 2, 5).tolist() == [2, 3, 4]


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
        read_arrays(data, "f.npz")
    assert caught.value.where == "f.npz"


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_damaged_archive_is_of_the_same_shape_or_refused(position, flip):
    """Which values changed is the hash's to find; nothing else may come of it."""
    data = bytearray(zipped([("a.npy", A), ("b.npy", B)]))
    data[position % len(data)] ^= flip
    try:
        arrays = read_arrays(bytes(data))
    except DataError:
        return
    assert {name: len(values) for name, values in arrays.items()} == {"a": 3, "b": 2}


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(streams(), st.booleans()), min_size=1, max_size=7), st.data())
def test_truth_comes_back_where_all_recordings_have_it(tmp_path_factory, rows, data):
    path = tmp_path_factory.mktemp("folder") / "set"
    values = st.integers(0, 3)
    truths = [
        np.array(data.draw(st.lists(values, min_size=len(s), max_size=len(s))), np.uint8)
        if known
        else None
        for s, known in rows
    ]
    made, manifest = written(path, [s.events for s, _ in rows], truths)
    all_known = all(known for _, known in rows)
    assert (manifest.version, manifest.has_truth) == ((2, True) if all_known else (1, False))
    source = Dataset(root=str(path))
    for index, stream in enumerate(made):
        back = source.read(index, 0)
        assert rows_of(back) == rows_of(stream)
        expected = truths[index].tolist() if all_known else None
        assert (back.truth if back.truth is None else back.truth.tolist()) == expected


def test_a_cause_that_there_is_not_is_refused(tmp_path):
    events, causes = events_of((1, 0, 0, 1)), np.array([9], np.uint8)
    written(tmp_path / "set", [events] * 3, [causes] * 3)
    with pytest.raises(DataError, match="does not tell one cause of each event"):
        Dataset(root=str(tmp_path / "set")).read(0, 0)


def test_a_file_is_the_one_that_numpy_would_write(tmp_path):
    recordings = [events_of(*((i + k, i % 6, 0, k % 2) for k in range(i))) for i in range(7)]
    made, _ = written(tmp_path / "set", recordings)
    for k, split in enumerate(SPLITS):
        part = made[k::3]
        events = np.concatenate([stream.events for stream in part])
        arrays = {name: np.ascontiguousarray(events[name]) for name in ("t", "x", "y", "p")}
        arrays["offsets"] = np.cumsum([0, *map(len, part)])
        arrays["labels"] = np.arange(7)[k::3] % 2
        arrays["recordings"] = np.arange(7)[k::3]
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        assert (tmp_path / "set" / f"{split}.npz").read_bytes() == buffer.getvalue()


def test_a_file_that_changes_while_it_is_read_is_refused(folder):
    source = Dataset(root=str(folder))
    source.read(0, 0)
    data = (folder / "train.npz").read_bytes()
    (folder / "train.npz").write_bytes(data + b"\0")
    with pytest.raises(DataError, match="has changed while it was read"):
        source.read(3, 0)


def test_reading_holds_one_recording(tmp_path):
    many = events_of(*((k, 1, 2, k % 2) for k in range(30_000)))
    written(tmp_path / "set", [many] * 30)
    source = Dataset(root=str(tmp_path / "set"))
    source.labels()
    tracemalloc.start()
    for index in range(30):
        source.read(index, 0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # 10 recordings of a split are 3.9 MB; one is 13 B an event, and checking it takes copies.
    assert peak < 5 * 13 * 30_000
    assert source.reading_bytes() == 2 * 13 * 30_000
