"""NPY and NPZ: layouts that are known, and headers and archives that lie."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
import pytest

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats.npy import NPY
from neurospike_cli.events.formats.npz import NPZ
from neurospike_cli.events.recognition import open_recording, recognise

T, X, Y, P = [5, 9, 9], [1, 2, 3], [4, 5, 6], [1, 0, 1]
ROWS = list(zip(T, X, Y, P, strict=True))


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def columns(**changed):
    return {"t": np.array(T), "x": np.array(X), "y": np.array(Y), "p": np.array(P)} | changed


def zipped(members, method=zipfile.ZIP_STORED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "array",
    [
        np.array(ROWS),
        np.array(ROWS, [("t", ">u4"), ("x", "i2"), ("y", "u1"), ("p", "?")]),
        np.array(ROWS, [("timestamp", "<u8"), ("X", "i4"), ("y", "i4"), ("polarity", "u1")]),
        np.array([(t, x, y, 2 * p - 1) for t, x, y, p in ROWS], np.int16),
    ],
)
def test_arrays_of_events(tmp_path, array):
    path = tmp_path / "a"
    path.write_bytes(npy(array))
    assert recognise(path).name == "npy"
    assert open_recording(path).events.tolist() == ROWS
    np.savez_compressed(tmp_path / "b.npz", anything=array)
    assert open_recording(tmp_path / "b.npz").events.tolist() == ROWS


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_columns_in_an_archive(tmp_path, save):
    save(tmp_path / "a.npz", **columns(p=np.array(P, bool)))
    assert open_recording(tmp_path / "a.npz").events.tolist() == ROWS
    save(tmp_path / "b.npz", **columns(sensor=np.array([9, 8])))
    assert NPZ().told_size(tmp_path / "b.npz") == (9, 8)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (npy(np.array(ROWS, float)), "the array holds float64 of shape .3, 4."),
        (npy(np.array(ROWS)[:, :3]), r"the array holds int64 of shape \(3, 3\)"),
        (npy(np.array(ROWS).T.copy()), r"of shape \(4, 3\)"),
        (npy(np.asfortranarray(ROWS)), r"of shape \(3, 4\) in Fortran's order"),
        (npy(np.array(T)), "the array is one column of numbers"),
        (npy(np.array(5)), r"holds int64 of shape \(\)"),
        (npy(np.array(ROWS, [("t", "i8"), ("x", "i8"), ("y", "i8"), ("z", "i8")])), "fields t, x"),
        (npy(np.array(ROWS))[:-8], "truncated at byte 216, after 2 of 3 events: 24 of"),
        (npy(np.array(ROWS)) + b"x", "goes on after byte 224, where its array ends"),
        (npy(np.array(ROWS)).replace(b"(3, 4)", b"(-3,4)"), r"of shape \(-3, 4\)"),
        (npy(np.array(ROWS)).replace(b"(3, 4), }    ", b"(10**9, 4), }"), "no header of an array"),
        (npy(np.array(ROWS)).replace(b"(3, 4), }     ", b"(1000000, 4)}"), "truncated|no header"),
        (b"\x93NUMPY\x09\x00" + bytes(100), "no header of an array"),
        (b"\x93NUMPY\x01\x00\x64\x00" + b"(" * 100, "no header of an array"),
    ],
)
def test_an_array_that_is_not_what_it_says(tmp_path, data, message):
    path = tmp_path / "a"
    path.write_bytes(data)
    with pytest.raises(DataError, match=message):
        NPY().read(path)


def test_a_large_shape_takes_no_memory(tmp_path):
    path = tmp_path / "a"
    header = b"{'descr': '<i8', 'fortran_order': False, 'shape': (1000000000000, 4), }\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + bytes(64))
    with pytest.raises(DataError, match="after 2 of 1000000000000 events"):
        NPY().read(path)


def test_nothing_is_unpickled(tmp_path):
    class Canary:
        def __reduce__(self):
            return (pytest.fail, ("unpickled",))

    path = tmp_path / "a"
    buffer = io.BytesIO()
    np.save(buffer, np.array([Canary()] * 4, object), allow_pickle=True)
    path.write_bytes(buffer.getvalue())
    with pytest.raises(DataError, match="the array holds object"):
        NPY().read(path)


ARRAYS = [(f"{name}.npy", npy(array)) for name, array in columns().items()]
LIES = npy(np.array(T)).replace(b"(3,)", b"(9,)")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (ARRAYS[:3], "holds 't.npy', 'x.npy', 'y.npy'; expected t, x, y, p"),
        ([*ARRAYS, ("extra.npy", ARRAYS[0][1])], "'extra.npy'; expected"),
        ([*ARRAYS, ARRAYS[0]], "'t.npy'; expected"),
        ([("../../evil.npy", npy(np.array(T)))], "needs t, x, y, p as one column each"),
        ([*ARRAYS[:3], ("p.npy", npy(np.array(ROWS)))], "needs t, x, y, p as one column each"),
        ([*ARRAYS[:3], ("p.npy", npy(np.array(P[:2])))], r"columns differ in length: \[2, 3\]"),
        ([("t.npy", LIES), *ARRAYS[1:]], "'t.npy' says it is 72 bytes long, and has 24"),
        ([*ARRAYS, ("sensor.npy", b"x")], "'sensor' must be two int64"),
        ([*ARRAYS[:3], ("p.npy", npy(np.array(P, float)))], "'p.npy' holds float64"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_that_is_no_recording(tmp_path, members, message):
    path = tmp_path / "a"
    path.write_bytes(zipped(members))
    with pytest.raises(DataError, match=message):
        NPZ().read(path)


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "a"
    zeros = npy(np.zeros((3_000_000, 4), np.int64))
    path.write_bytes(zipped([("a.npy", zeros)], zipfile.ZIP_DEFLATED))
    with pytest.raises(DataError, match=r"'a.npy' unpacks \d+ to 96000128"):
        NPZ().read(path)


def test_a_byte_that_changed_is_found(tmp_path):
    path = tmp_path / "a"
    data = bytearray(zipped(ARRAYS))
    data[data.index(npy(np.array(X))) + 128] ^= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match="Bad CRC-32"):
        NPZ().read(path)
