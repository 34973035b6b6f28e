"""`source: tonic`: what Tonic's data sets become, with one made of Tonic's own class."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.errors import DataError
from neurospike_cli.events.sources.nmnist import NMNIST
from neurospike_cli.events.sources.tonic import Tonic

tonic = pytest.importorskip("tonic", reason="the extra `tonic` is not installed")

DATA = os.environ.get("NEUROSPIKE_DATA")
EVENTS = [(5, 1, 0, True), (5, 0, 1, False), (9, 3, 1, True)]
PLACE = np.dtype([("t", int), ("x", int), ("y", int), ("p", bool)])
SOUND = np.dtype([("t", int), ("x", int)])


class Made(tonic.dataset.Dataset):
    """Recordings of classes 0, 1, 0, 1, …; each begins later than the one before."""

    sensor_size = (4, 2, 2)
    classes = ("left", "right")

    def __init__(self, save_to, count=8, lists=True, events=EVENTS, dtype=PLACE):
        super().__init__(save_to)
        if not Path(save_to).is_dir():
            raise RuntimeError("cannot download")
        self.own = [i % 2 for i in range(count)]
        self.targets = self.own if lists else []
        self.events, self.dtype = events, dtype

    def __len__(self):
        return len(self.own)

    def __getitem__(self, index):
        rows = np.array([row[: len(self.dtype)] for row in self.events], dtype=self.dtype)
        rows["t"] += index
        return rows, self.own[index]


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(tonic.datasets, "Made", Made, raising=False)
    return tmp_path


def source(root, **changed):
    return Tonic.model_validate({"dataset": "Made", "root": str(root)} | changed)


def changed(monkeypatch, **members):
    for name, value in members.items():
        monkeypatch.setattr(Made, name, value)


@pytest.mark.parametrize("lists", [True, False])
def test_recordings_keep_tonics_order(root, lists):
    data = source(root, samples_per_class=3, options={"lists": lists})
    assert data.labels().tolist() == [0, 1, 0, 1, 0, 1]
    assert (data.class_names(), data.sensor_size) == (("left", "right"), (4, 2))
    stream = data.read(3, 0)
    assert stream.events.tolist() == [(t + 3, x, y, int(p)) for t, x, y, p in EVENTS]
    assert (stream.label, stream.provenance) == (1, f"{root}: Made recording 3")


def test_recordings_that_are_not_used_leave_a_gap(root, monkeypatch):
    changed(monkeypatch, __init__=_init_of(own=[0, 0, 1, 1]))
    data = source(root, samples_per_class=1)
    assert data.labels().tolist() == [0, 1]
    stream = data.read(1, 0)  # Tonic's number 2
    assert (stream.label, int(stream.events["t"][0])) == (1, 7)


def test_sound_has_one_row_and_only_on_events(root, monkeypatch):
    changed(monkeypatch, sensor_size=(4, 1, 1), __init__=_init_of(dtype=SOUND))
    assert source(root).read(0, 0).events.tolist() == [(5, 1, 0, 1), (5, 0, 0, 1), (9, 3, 0, 1)]


def test_numbers_stand_where_names_are_missing(root, monkeypatch):
    changed(monkeypatch, classes=("left",))
    assert source(root).class_names() == ("0", "1")


def test_several_sensors_need_one_that_holds_them(root, monkeypatch):
    changed(monkeypatch, sensor_size=None)
    with pytest.raises(DataError, match="has recordings of several sensors"):
        source(root).read(0, 0)
    assert source(root, sensor={"width": 9, "height": 9}).read(0, 0).width == 9


def test_events_out_of_order_are_refused_or_sorted(root, monkeypatch):
    late = [(9, 3, 1, True), (5, 1, 0, True)]
    changed(monkeypatch, __init__=_init_of(events=late))
    with pytest.raises(DataError, match="1 events are earlier than the one before") as caught:
        source(root).read(0, 0)
    assert "data.unordered" in caught.value.hint
    assert source(root, unordered="sort").read(0, 0).events["t"].tolist() == [5, 9]


def test_what_tonic_fails_with_is_a_data_error(root, monkeypatch):
    with pytest.raises(DataError, match="cannot find or download it: RuntimeError: cannot down"):
        source(root / "nowhere").labels()
    monkeypatch.setattr(Made, "__getitem__", lambda self, index: np.load("nowhere.npy"))
    with pytest.raises(DataError, match="Tonic cannot read it: FileNotFoundError"):
        source(root).read(0, 0)


def test_targets_that_are_no_classes(root, monkeypatch):
    boxes = [np.zeros((2, 4))] * 8
    changed(monkeypatch, __init__=_init_of(own=boxes))
    with pytest.raises(DataError, match="its targets are no classes but ndarray"):
        source(root).labels()
    changed(monkeypatch, __init__=_init_of(own=[]))
    with pytest.raises(DataError, match="has no recordings with classes"):
        source(root).labels()


def test_names_are_checked_before_anything_is_read(root):
    (problem,) = source(root, dataset="NMIST").checks()
    assert problem[0] == "dataset"
    assert problem[1].endswith("got NMIST; did you mean NMNIST?")
    (problem,) = source(root / "nowhere", options={"cuont": 3}).checks()
    assert problem == (
        "options.cuont",
        "is no option of Tonic's Made, which has save_to, count, lists, events, dtype; "
        "did you mean count?",
    )
    assert source(root).checks() == []
    crop = {"type": "crop", "x": 90, "width": 90, "height": 9}
    data = source(root, dataset="NMIST", filters=[crop], sensor={"width": 99, "height": 99})
    assert [key for key, _ in data.checks()] == ["filters.0.width", "dataset"]


def test_without_tonic_it_says_what_to_install(root, monkeypatch):
    monkeypatch.setattr("neurospike_cli.events.sources.tonic.find_spec", lambda name: None)
    expected = "needs the library Tonic: pip install 'neurospike-cli[tonic]'"
    assert source(root).checks() == [("source", expected)]


@pytest.mark.skipif(DATA is None, reason="NEUROSPIKE_DATA is not set")
def test_tonic_and_we_read_the_same_digits(tmp_path, monkeypatch):
    # Tonic wants all 60,000 recordings, of which here are 600.
    monkeypatch.setattr(tonic.datasets.NMNIST, "_check_exists", lambda self: True)
    (tmp_path / "NMNIST").symlink_to(Path(DATA) / "nmnist")
    theirs, ours = source(tmp_path, dataset="NMNIST"), NMNIST(root=f"{DATA}/nmnist")
    assert theirs.labels().tolist() == ours.labels().tolist()
    for index in (0, 77, 599):
        assert np.array_equal(theirs.read(index, 0).events, ours.read(index, 0).events)


def _init_of(**own):
    """Return a constructor that gives its recordings other members."""

    def init(self, save_to):
        Made.__mro__[1].__init__(self, save_to)
        for name, value in ({"own": [0, 1] * 4, "events": EVENTS, "dtype": PLACE} | own).items():
            setattr(self, name, value)
        self.targets = self.own

    return init
