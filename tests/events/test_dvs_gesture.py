"""`source: dvs_gesture`: gestures in recordings, their windows, and which split they are in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.layouts.gesture_folder import gesture_folder
from neurospike_cli.events.sources.dvs_gesture import DVSGesture
from tests.events.made_recordings import aedat31

DATA = os.environ.get("NEUROSPIKE_DATA")
HEADER = "class,startTime_usec,endTime_usec\n"
#: Windows of 1 ms: the first gesture has 2 with 2 and 1 events, and 1 event is left; the second is
#: shorter than a window. The events at 5000 and 9000 are in no gesture, whose ends are outside.
ROWS = [(t, 1, 2, 1) for t in (1000, 1999, 2500, 3200, 5000, 6000, 6400, 9000)]
GESTURES = "2,1000,3500\n7,6000,6500\n"


@pytest.fixture
def root(tmp_path):
    for name in "abcd":
        (tmp_path / f"{name}.aedat").write_bytes(aedat31(ROWS))
        (tmp_path / f"{name}_labels.csv").write_text(HEADER + GESTURES)
    (tmp_path / "e.aedat").write_text("no table beside it")
    return tmp_path


def source(root, **changed):
    asked = {"root": str(root), "duration": 1.0, "windows": "all", "unlabelled": "drop"}
    return DVSGesture.model_validate(asked | changed)


def test_a_gesture_is_cut_into_windows(root):
    data = source(root)
    assert data.class_names() == ("2", "7")
    assert data.labels().tolist() == [0, 0, 1] * 4
    windows = [data.read(index, 0) for index in range(3)]
    assert [w.events["t"].tolist() for w in windows] == [[0, 999], [500], [0, 400]]
    assert [w.dropped for w in windows] == [{}, {"after_windows": 1}, {}]
    assert [w.label for w in windows] == [0, 0, 1]
    assert {w.duration for w in windows} == {1.0}
    assert source(root, windows=1).read(0, 0).dropped == {"after_windows": 2}


def test_windows_of_as_many_events(root):
    data = source(root, events_per_window=2, duration=3.0)
    assert data.labels().tolist() == [0, 0, 1] * 4  # of 4 and of 2 events
    windows = [data.read(index, 0) for index in range(3)]
    assert [w.events["t"].tolist() for w in windows] == [[0, 999], [0, 700], [0, 400]]


def test_a_recording_without_a_table_is_named(root):
    with pytest.raises(DataError, match=r"no table of gestures .*e_labels.csv; 1 of 5") as caught:
        source(root, unlabelled="error").labels()
    assert caught.value.where == str(root / "e.aedat")
    assert "data.unlabelled: drop" in caught.value.hint


def test_what_a_file_had_no_place_for_is_counted_once(root):
    late = [*ROWS[:3], (1500, 1, 2, 1), *ROWS[3:]]
    (root / "a.aedat").write_bytes(aedat31(late))
    data = source(root, unordered="drop", windows=1)
    assert data.read(0, 0).dropped["out_of_order"] == 1
    assert "out_of_order" not in data.read(1, 0).dropped


def test_classes_are_called_what_the_mapping_says(root):
    (root / "gesture_mapping.csv").write_text("action,label\nwave,7\nclap,1\n")
    assert source(root).class_names() == ("2", "wave")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("wave,2\nwave,7\n", "names a class twice"),
        ("wave,2\nclap,2\n", "names a class twice"),
        (",2\n", "a class name must be 1 to 64 printable characters; got ''"),
        ("wave,two\n", "line 2: label must be a whole number, 0 or more; got 'two'"),
        ("wave\n", "line 2: has 1 columns; expected 2"),
    ],
)
def test_a_mapping_that_is_wrong(root, rows, message):
    (root / "gesture_mapping.csv").write_text("action,label\n" + rows)
    with pytest.raises(DataError, match=message) as caught:
        source(root).class_names()
    assert caught.value.where == str(root / "gesture_mapping.csv")


@pytest.mark.parametrize("seed", range(5))
def test_all_gestures_of_a_recording_are_in_one_split(root, seed):
    parts = source(root).partition(seed)
    owners = {name: {int(window) // 3 for window in part} for name, part in parts.items()}
    assert [len(owners[name]) for name in ("train", "validation", "test")] == [2, 1, 1]
    assert set.union(*owners.values()) == set(range(4))
    assert sum(map(len, parts.values())) == 12


def test_lists_tell_the_test_recordings(root):
    (root / "trials_to_train.txt").write_text("c.aedat\n\na.aedat\nd.aedat\n")
    (root / "trials_to_test.txt").write_text("b.aedat\n")
    for seed in range(3):
        parts = source(root, split_by="lists").partition(seed)
        assert parts["test"].tolist() == [3, 4, 5]
        # Fractions 0.7 and 0.15 without a test: 2.47 and 0.53 of three recordings.
        assert [len(parts[name]) for name in ("train", "validation")] == [6, 3]
        assert not set(parts["train"].tolist()) & set(parts["validation"].tolist())


@pytest.mark.parametrize(
    ("train", "test", "message"),
    [
        ("a.aedat\n", "a.aedat\n", "a.aedat is in trials_to_train.txt and in trials_to_test.txt"),
        ("a.aedat\nz.aedat\ny\n", "b.aedat\n", "line 2: z.aedat is no recording .* and 1 more"),
        ("a.aedat\n", "b.aedat\n", "has 1 recordings; the split needs 2"),
        (None, "b.aedat\n", "cannot be read"),
    ],
)
def test_lists_that_are_wrong(root, train, test, message):
    for name, text in (("train", train), ("test", test)):
        if text is not None:
            (root / f"trials_to_{name}.txt").write_text(text)
    with pytest.raises(DataError, match=message):
        source(root, split_by="lists").partition(0)


def test_time_is_divided_where_that_is_asked_for(root):
    for name in "abcd":
        (root / f"{name}_labels.csv").write_text(HEADER + "2,0,4000\n7,4000,9000\n")
    parts = source(root, split_by="time").partition(0)
    # Of 4 windows 2, 1, 1; of 5 windows 3, 1, 1.
    assert parts["train"].tolist() == [9 * i + k for i in range(4) for k in (0, 1, 4, 5, 6)]
    assert parts["test"].tolist() == [9 * i + k for i in range(4) for k in (3, 8)]


def test_a_class_that_cannot_be_learned_is_named(root):
    for name in "abcd":
        (root / f"{name}_labels.csv").write_text(HEADER + f"{ord(name)},1000,3500\n")
    with pytest.raises(DataError, match=r"class `\d+` is in no recording of the train split"):
        source(root).partition(0)
    assert source(root, recordings=3).class_names() == ("97", "98", "99")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the columns must be class, startTime_usec and endTime_usec; got"),
        ("class,start,end\n", "got class, start, end"),
        (HEADER, "names no gestures"),
        (HEADER + "2,5\n", "line 2: has 2 columns; expected 3"),
        (HEADER + "2,5,5\n", "line 2: endTime_usec must be after startTime_usec, 5; got 5"),
        (HEADER + "\n2,-5,5\n", "line 3: startTime_usec must be a whole number, 0 or more; got"),
        (HEADER + "2,1,9223372036854775808\n", "line 2: endTime_usec must be a whole number"),
        (HEADER + "x,1,2\n", "line 2: class must be a whole number, 0 or more; got 'x'"),
        (HEADER + "²,1,2\n", "line 2: class must be a whole number"),
    ],
)
def test_a_table_that_is_wrong(root, text, message):
    (root / "b_labels.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        source(root).labels()
    assert caught.value.where == str(root / "b_labels.csv")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 2**40), st.integers(1, 2**40)), min_size=1
    ),
    cut=st.integers(0, 40),
)
def test_a_table_says_what_was_written_and_less_when_it_is_cut(root, rows, cut):
    lines = [f"{number},{begin},{begin + length}\n" for number, begin, length in rows]
    text = (HEADER + "".join(lines)).encode()
    (root / "a_labels.csv").write_bytes(text)
    gestures = gesture_folder(root, 1, "drop").gestures
    assert [(g.number, g.begin, g.end - g.begin) for g in gestures] == rows
    (root / "a_labels.csv").write_bytes(text[: len(text) - 1 - cut])
    try:
        fewer = gesture_folder(root, 1, "drop").gestures
    except DataError:
        return
    # Only the last line that is left may say something else, an end that lost digits.
    assert fewer[:-1] == gestures[: len(fewer) - 1]
    assert len(fewer) <= len(gestures)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.binary(max_size=60))
def test_any_table_is_read_or_refused(root, table):
    (root / "a_labels.csv").write_bytes(HEADER.encode() + table)
    try:
        gestures = gesture_folder(root, 1, "drop").gestures
    except DataError:
        return
    assert gestures
    assert all(0 <= gesture.begin < gesture.end < 2**63 for gesture in gestures)


def test_a_folder_without_gestures(root, tmp_path):
    for folder in (root / "nowhere", Path(os.devnull)):
        with pytest.raises(DataError, match="has no recordings with gestures"):
            source(folder).labels()


@pytest.mark.skipif(DATA is None, reason="NEUROSPIKE_DATA is not set")
def test_the_recordings_of_the_layout():
    data = source(Path(DATA) / "aedat31", duration=200.0)
    assert data.class_names() == ("2", "3", "4", "6", "7", "8")
    # Counted by hand from the times of the events and the tables.
    streams = [data.read(i, 0) for i in range(len(data.labels()))]
    assert [len(s) for s in streams] == [1, 1, 3, 3, 0, 3]
    assert [data.class_names()[s.label] for s in streams] == ["2", "3", "8", "7", "4", "6"]
