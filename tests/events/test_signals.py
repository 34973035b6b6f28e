"""`source: signals`: which signals, which windows, which split, and what is learned of them."""

from __future__ import annotations

import os

import numpy as np
import pytest
from pydantic import ValidationError

from neurospike_cli.errors import DataError
from neurospike_cli.events.loading import load_split
from neurospike_cli.events.sources import signals
from neurospike_cli.events.sources.signals import Signals
from neurospike_cli.events.windows import AFTER_WINDOWS

DATA = os.environ.get("NEUROSPIKE_DATA")
SPLIT = {"train": 0.5, "validation": 0.25, "test": 0.25}
ABSOLUTE = {"type": "level_crossing", "threshold": 1.0, "threshold_mode": "absolute"}
ROWS = 25


def table(seed, classes=("0", "1", "2", "0"), rows=ROWS, scale=3.0):
    """Return a file with a stretch of random rows for each class, one row a ms."""
    rng = np.random.default_rng(seed)
    values = scale * rng.normal(size=(len(classes) * rows, 2)).round(3)
    labels = np.repeat(classes, rows)
    lines = [f"{t},{a},{b},{c}" for t, ((a, b), c) in enumerate(zip(values, labels, strict=True))]
    return "\n".join(["time_ms,a,b,class", *lines])


@pytest.fixture
def root(tmp_path):
    (tmp_path / "s").mkdir()
    for i in range(4):
        (tmp_path / "s" / f"{i}.csv").write_text(table(i))
    return tmp_path / "s"


@pytest.fixture
def folders(tmp_path):
    for label in ("left", "right"):
        (tmp_path / "f" / label).mkdir(parents=True)
        for i in range(4):
            text = table(i, classes=("0",)).replace(",class", ",note")
            (tmp_path / "f" / label / f"{i}.csv").write_text(text)
    return tmp_path / "f"


def source(root, **changed):
    given = {"root": str(root), "duration": 10.0, "windows": "all", "measurement": ABSOLUTE}
    return Signals.model_validate(given | {"split": SPLIT} | changed)


def test_signals_are_stretches_of_one_class(root):
    data = source(root, windows=1)
    assert data.class_names() == ("0", "1", "2")
    assert data.labels().tolist() == [0, 1, 2, 0] * 4
    assert data.sensor_size == (2, 1)
    # 25 rows are 25 ms: 2 whole windows.
    assert source(root).labels().tolist() == [0, 0, 1, 1, 2, 2, 0, 0] * 4
    named = source(root, classes={"2": "fist", "1": "rest"}, windows=1)
    assert named.class_names() == ("fist", "rest")
    assert named.labels().tolist() == [1, 0] * 4
    one = source(root, classes={"0": "x", "1": "x"}, samples_per_class=3, windows=1)
    assert one.labels().tolist() == [0, 0, 0]


def test_windows_share_out_the_events_of_a_signal(root):
    """Events of the whole signal = events of its windows + those counted after them."""
    whole = source(root, duration=1000.0)
    assert (whole.labels() == source(root, windows=1).labels()).all()
    cut = source(root)
    for signal in range(4):
        events = whole.read(signal, 0).events
        windows = [cut.read(2 * signal + i, 0) for i in range(2)]
        after = windows[1].dropped.get(AFTER_WINDOWS, 0)
        assert sum(map(len, windows)) + after == len(events) > 50
        shifted = np.concatenate([windows[0].events["t"], windows[1].events["t"] + 10_000])
        np.testing.assert_array_equal(shifted, events["t"][: len(shifted)])
        assert after == (events["t"] >= 20_000).sum()
        assert all(w.duration == 10.0 and w.events["t"].max() < 10_000 for w in windows)
        assert [w.label for w in windows] == [whole.read(signal, 0).label] * 2


def test_a_loaded_split_bins_or_counts_every_event(root):
    data = source(root, encoder={"type": "count", "dt": 1.0}, split_by="signal")
    whole = source(root, duration=1000.0, split_by="signal")
    events = sum(len(whole.read(i, 3)) for i in whole.partition(3)["train"].tolist())
    loaded = load_split(data, "train", 3)
    binned = int(loaded.spikes.counts.sum())
    assert binned + loaded.dropped[AFTER_WINDOWS] == events
    assert set(loaded.dropped) == {AFTER_WINDOWS}


def owners(data, parts, per_owner):
    return {name: {int(w) // per_owner for w in part} for name, part in parts.items()}


def test_files_beyond_what_may_be_held_are_read_again(root, monkeypatch):
    """A file is 100 rows of two values and a time: 2,400 bytes."""
    learned = {"type": "level_crossing", "threshold": 0.5, "threshold_mode": "learned"}
    whole = source(root, measurement=learned)
    expected = load_split(whole, "train", 1)
    assert whole.reading_bytes() == 4 * 2400 + 12 * 25 * 16
    monkeypatch.setattr(signals, "HELD_BYTES", 3000)
    data, held = source(root, measurement=learned), []
    read = signals.open_signals
    monkeypatch.setattr(
        signals, "open_signals", lambda *asked: held.append(len(data._files)) or read(*asked)
    )
    loaded = load_split(data, "train", 1)
    assert max(held) == 1  # beside the one that is read
    assert loaded.sha256 == expected.sha256
    assert np.array_equal(loaded.spikes.channels, expected.spikes.channels)
    assert data.reading_bytes() == 3000 + 2400 + 12 * 25 * 16


@pytest.mark.parametrize("seed", range(4))
def test_no_file_is_in_two_splits(root, folders, seed):
    mixed = source(root)  # 4 signals of 2 windows in each of 4 files
    found = owners(mixed, mixed.partition(seed), 8)
    assert [len(found[name]) for name in SPLIT] == [2, 1, 1]
    assert set.union(*found.values()) == set(range(4))
    pure = source(folders)
    found = owners(pure, pure.partition(seed), 2)
    assert [len(found[name]) for name in SPLIT] == [4, 2, 2]
    assert set.union(*found.values()) == set(range(8))
    for name in SPLIT:  # stratified: half of each split's files are of each class
        assert sum(file < 4 for file in found[name]) == len(found[name]) / 2


@pytest.mark.parametrize("seed", range(4))
def test_no_signal_is_in_two_splits_where_signals_are_divided(root, seed):
    data = source(root, split_by="signal", classes={"1": "b", "2": "c"})
    found = owners(data, data.partition(seed), 2)
    assert [len(found[name]) for name in SPLIT] == [4, 2, 2]
    assert set.union(*found.values()) == set(range(8))
    assert sorted(np.concatenate(list(data.partition(seed).values())).tolist()) == list(range(16))


def test_time_is_divided_where_that_is_asked_for(root):
    data = source(root, split_by="time", duration=5.0)  # 5 windows each: 3, 1, 1
    parts = data.partition(0)
    assert parts["train"].tolist() == [5 * owner + i for owner in range(16) for i in range(3)]
    assert parts["test"].tolist() == [5 * owner + 4 for owner in range(16)]
    with pytest.raises(DataError, match="has 2 windows of 10 ms; the split needs 3") as caught:
        source(root, split_by="time").partition(0)
    assert caught.value.where == f"{root}/0.csv:2"


@pytest.mark.parametrize("split_by", ["file", "signal", "time"])
def test_what_is_learned_comes_from_training_windows_alone(root, split_by):
    """Thresholds are the deviation over the training windows' rows, found here by hand."""
    learned = {"type": "level_crossing", "threshold": 0.5}
    data = source(root, split_by=split_by, duration=5.0, measurement=learned)
    train = data.partition(1)["train"].tolist()
    rows = []
    for window in train:
        signal, number = divmod(window, 5)
        text = (root / f"{signal // 4}.csv").read_text().splitlines()[1:]
        begin = (signal % 4) * ROWS + 5 * number
        rows += [[float(x) for x in line.split(",")[1:3]] for line in text[begin : begin + 5]]
    thresholds = 0.5 * np.std(rows, axis=0)
    for channel, threshold in zip(("a", "b"), thresholds.tolist(), strict=True):
        own = ABSOLUTE | {"threshold": threshold}
        alone = source(root, duration=5.0, measurement=own, channels=(channel,))
        for window in (0, 7, 79):
            stream = data.read(window, 1).events
            np.testing.assert_array_equal(
                stream["t"][stream["x"] == "ab".index(channel)], alone.read(window, 1).events["t"]
            )


def test_test_data_change_nothing_that_is_learned(root):
    learned = {"type": "level_crossing", "threshold": 0.5}
    data = source(root, measurement=learned)
    test = int(data.partition(2)["test"][0]) // 8
    before = [data.read(i, 2).events for i in data.partition(2)["train"].tolist()]
    (root / f"{test}.csv").write_text(table(99, scale=1000.0))
    again = source(root, measurement=learned)
    for index, events in zip(data.partition(2)["train"].tolist(), before, strict=True):
        np.testing.assert_array_equal(again.read(index, 2).events, events)


def test_random_events_are_a_function_of_seed_and_signal(root):
    data = source(root, measurement={"type": "rate", "rate": 500.0})
    first, other = data.read(5, 0).events, data.read(5, 1).events
    data.read(9, 0)
    data.forget()
    np.testing.assert_array_equal(data.read(5, 0).events, first)
    assert len(first) > 0
    assert len(first) != len(other) or (first != other).any()


def test_a_table_names_files(folders):
    rows = [f"left/{i}.csv,{'ab'[i % 2]}" for i in range(4)]
    (folders / "table.csv").write_text("\n".join(["file,class", *rows]))
    data = source(folders, labels_file="table.csv", windows=1)
    assert data.class_names() == ("a", "b")
    assert data.labels().tolist() == [0, 0, 1, 1]


def test_a_file_of_cases(tmp_path):
    lines = ["@problemName x", "@classLabel true up down", "@data"]
    lines += [f"0,{i}:0,{-i}:{'up' if i % 2 else 'down'}" for i in range(8)]
    (tmp_path / "a.ts").write_text("\n".join(lines))
    changed = {"sampling_rate": 100.0, "split_by": "signal", "windows": 1, "duration": 20.0}
    data = source(tmp_path / "a.ts", **changed)
    assert data.class_names() == ("down", "up")
    assert data.labels().tolist() == [0, 1] * 4
    # The first channel of case 3 rises by 3, the second falls by 3, within 10 ms.
    thirds = [3333, 3333, 6666, 6666, 10_000, 10_000]
    assert data.read(3, 0).events["t"].tolist() == thirds
    assert data.read(3, 0).events["p"].tolist() == [1, 0] * 3
    assert data.read(3, 0).events["x"].tolist() == [0, 1] * 3
    with pytest.raises(DataError, match="has 1 files; the split needs 3") as caught:
        source(tmp_path / "a.ts", sampling_rate=100.0).partition(0)
    assert "set `data.split_by` to signal" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda root: (root / "more").mkdir(), "holds files, such as 0.csv, beside folders"),
        (lambda root: (root / "3.csv").write_text("t_s,a,class\n1,2,0"), "has the channels a; the"),
        (lambda root: (root / "3.csv").write_text("t_s,a,b\n1,2,0"), "tells no classes"),
        (lambda root: (root / "3.csv").write_text("t_s,a,b,class\n1,2,0,"), "1 to 64 printable"),
        (lambda root: (root / "3.csv").write_text("hello"), "is of no signal format"),
    ],
)
def test_a_folder_that_does_not_fit(root, change, message):
    change(root)
    with pytest.raises(DataError, match=message):
        source(root).labels()


def test_what_is_asked_for_is_not_there(root, folders):
    with pytest.raises(DataError, match="has no signal of class 'rest'"):
        source(root, classes={"9": "rest"}).labels()
    with pytest.raises(DataError, match="is neither a file nor a folder"):
        source(root / "nowhere").labels()
    (folders / "left" / "0.csv").write_text(table(0))
    with pytest.raises(DataError, match="tells classes of its own"):
        source(folders).labels()
    for i in range(3):
        (root / f"{i}.csv").write_text(table(i, classes=("0", "1")))
    lone = source(root)
    with pytest.raises(DataError, match="no training file has signals of class `2`"):
        [lone.partition(seed) for seed in range(20)]
    with pytest.raises(ValidationError):
        source(root, measurement={"type": "level_crossing", "threshold": 0.0})


def test_checks_of_the_measurement_point_at_its_key(root):
    data = source(root, measurement={"type": "population", "low": 1.0, "high": 0.0})
    assert data.checks() == [("measurement.high", "must be above low, 1; got 0")]


@pytest.mark.skipif(DATA is None, reason="NEUROSPIKE_DATA is not set")
def test_gestures_of_six_people():
    names = {str(i): name for i, name in enumerate(("rest", "fist", "in", "out", "r", "u"), 1)}
    data = source(f"{DATA}/emg_gestures", time_unit="ms", classes=names, duration=300.0)
    assert data.sensor_size == (8, 1)
    # Each gesture twice in each series; 1.1 to 2.3 s are 3 to 7 whole windows.
    assert len(set(data._windows.owners.tolist())) == 6 * 6 * 2
    assert set(data._windows.counts) <= set(range(3, 8))
    assert sum(len(part) for part in data.partition(0).values()) == len(data.labels())
