"""HDF5: the layouts that are known, and files that point elsewhere or declare too much."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats.hdf5 import HDF5

h5py = pytest.importorskip("h5py")
ROWS = [(5, 1, 4, 1), (9, 2, 5, 0), (9, 3, 6, 1)]
FIELDS = [("x", "<u2"), ("y", "<u2"), ("p", "<i2"), ("t", "<i8")]


def columns(group, **changed):
    names = ("t", "x", "y", "p")
    arrays = {
        name: np.array(values) for name, values in zip(names, zip(*ROWS, strict=True), strict=True)
    }
    for name, array in (arrays | changed).items():
        group.create_dataset(name, data=array)


def test_layouts(tmp_path):
    def dsec(file):
        columns(file.create_group("events"), t=np.array([2, 6, 6], "<u4"))
        file["t_offset"] = np.int64(3)

    def prophesee(file):
        events = np.array([(x, y, p, t) for t, x, y, p in ROWS], FIELDS)
        file.create_dataset("CD/events", data=events)
        file["CD"].attrs.update(width=9, height=8)

    def table(file):
        file["events"] = np.array([(t, x, y, 2 * p - 1) for t, x, y, p in ROWS])

    for number, layout in enumerate((dsec, prophesee, table, columns)):
        path = tmp_path / str(number)
        with h5py.File(path, "w") as file:
            layout(file)
        assert HDF5().read(path).events.tolist() == ROWS
        assert HDF5().told_size(path) == ((9, 8) if layout is prophesee else None)


def external_link(file):
    file["events"] = h5py.ExternalLink("/etc/passwd", "/")


def soft_link(file):
    columns(file.create_group("elsewhere"))
    file["events"] = h5py.SoftLink("/elsewhere")


def external_data(file):
    columns(file, t=np.array([1, 2, 3]))
    del file["t"]
    file.create_dataset("t", (3,), "<i8", external=[("/etc/hostname", 0, 24)])


def virtual_data(file):
    columns(file)
    del file["t"]
    layout = h5py.VirtualLayout((3,), "<i8")
    layout[:] = h5py.VirtualSource("/etc/hostname", "t", (3,))
    file.create_virtual_dataset("t", layout)


def shape_bomb(file):
    for name in ("t", "x", "y", "p"):
        file.create_dataset(name, (10**12,), "<i8", chunks=(1024,))


def floats(file):
    columns(file, t=np.array([0.1, 0.2, 0.3]))


def lengths(file):
    columns(file, t=np.array([1, 2]))


def nothing(file):
    file["spikes"] = np.array([1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (external_link, "events is a link .ExternalLink.; only hard links"),
        (soft_link, "events is a link .SoftLink.; only hard links"),
        (external_data, "/t keeps its data in other files"),
        (virtual_data, "/t keeps its data in other files"),
        (shape_bomb, "/. declares 8000000000000 bytes; the file stores 0"),
        (floats, "/t holds float64 of shape .3,.; whole numbers"),
        (lengths, r"columns in / differ in length: \[2, 3\]"),
        (nothing, "no events with t, x, y, p in CD/events, events, /"),
    ],
)
def test_what_is_refused(tmp_path, make, message):
    path = tmp_path / "a"
    with h5py.File(path, "w") as file:
        make(file)
    with pytest.raises(DataError, match=message) as caught:
        HDF5().read(path)
    assert caught.value.where == str(path)
