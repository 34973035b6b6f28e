"""`source: heidelberg` on made files of its layout."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.errors import DataError
from neurospike_cli.events.loading import load_split
from neurospike_cli.events.sources.heidelberg import Heidelberg

h5py = pytest.importorskip("h5py")
TIMES = [[0.001, 0.0025, 0.25], [], [0.5, 0.125]]
UNITS = [[3, 699, 0], [], [7, 9]]


def spike_file(path, repeats=1, **changed):
    with h5py.File(path, "w") as file:
        for name, lists, kind in (("times", TIMES, "<f2"), ("units", UNITS, "<u2")):
            rows = changed.get(name, lists) * repeats
            held = file.create_dataset(f"spikes/{name}", (len(rows),), h5py.vlen_dtype(kind))
            for index, values in enumerate(rows):
                held[index] = np.array(values, kind)
        file["labels"] = np.array(changed.get("labels", [1, 0, 1]) * repeats)
        file["extra/keys"] = np.array(changed.get("keys", [b"zero", b"one"]))
    return str(path)


def test_spikes_are_on_events_of_a_row(tmp_path):
    source = Heidelberg(root=spike_file(tmp_path / "a.h5"))
    assert source.class_names() == ("zero", "one")
    assert source.labels().tolist() == [1, 0, 1]
    stream = source.read(0, 0)
    # The nearest half-precision numbers to 0.001, 0.0025 and 0.25.
    assert stream.events.tolist() == [(1000, 3, 0, 1), (2501, 699, 0, 1), (250_000, 0, 0, 1)]
    assert (stream.width, stream.height, stream.label) == (700, 1, 1)
    assert len(source.read(1, 0)) == 0
    assert source.read(2, 0).events.tolist() == [(125_000, 9, 0, 1), (500_000, 7, 0, 1)]


def test_names_that_are_missing_are_numbers(tmp_path):
    source = Heidelberg(root=spike_file(tmp_path / "a.h5", keys=[b"zero"]), samples_per_class=1)
    assert source.class_names() == ("0", "1")
    assert source.labels().tolist() == [1, 0]


def test_a_split_is_loaded(tmp_path):
    source = Heidelberg(root=spike_file(tmp_path / "a.h5", repeats=8), duration=200.0)
    loaded = load_split(source, "train", 0)
    assert np.bincount(loaded.labels).tolist() == [6, 11]
    # After 200 ms: one spike of each recording with spikes.
    assert loaded.dropped == {"after_duration": 11}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"labels": [1, 0]}, "3 times, 3 units and 2 labels differ"),
        ({"labels": [1, -1, 0]}, "labels must be 0 or more"),
        ({"times": [[0.1], [], [0.2, 0.3]]}, "recording 0: times are not one finite number"),
        ({"times": [[0.1, float("nan"), 1], [], [0.2, 0.3]]}, "recording 0: times are not one"),
        ({"units": [[3, 700, 0], [], [7, 9]]}, "units are 0 to 700; must be 0 to 699"),
    ],
)
def test_what_is_refused(tmp_path, changed, message):
    source = Heidelberg(root=spike_file(tmp_path / "a.h5", **changed))
    with pytest.raises(DataError, match=message):
        _ = source.labels(), source.read(0, 0)
    source.forget()


def test_a_file_without_spikes(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file["spikes"] = h5py.ExternalLink("/etc/passwd", "/")
    with pytest.raises(DataError, match=r"spikes is a link .ExternalLink.; only hard links"):
        Heidelberg(root=str(path)).labels()
    path.write_bytes(b"no HDF5")
    with pytest.raises(DataError, match="cannot be decoded as HDF5"):
        Heidelberg(root=str(path)).labels()
