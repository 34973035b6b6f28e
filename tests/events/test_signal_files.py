"""Signal files: what a table and a `.ts` file mean, and that damage is named to the field."""

from __future__ import annotations

import gzip
import math
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.errors import DataError
from neurospike_cli.events.signal_files import open_signals, signal_format
from neurospike_cli.events.signals import _signal_text, delimited, ts
from neurospike_cli.events.signals.signal_format import SignalReading

DATA = os.environ.get("NEUROSPIKE_DATA")
HZ = SignalReading(sampling_rate=1000.0)
TIMED = "t_ms,a,b,class\n0,1.5,-2,rest\n1,2.5,0,rest\n3,1e-3,7,fist\n"
CASES = (
    "# of nothing\n@problemName Made\n@dimensions 2\n@equalLength false\n"
    "@classLabel true up down\n@data\n1,2,3:4,5,6:up\n7,8:9,10:down\n"
)
TRUNCATED = (TIMED, CASES, "0.5;1\n2;3\n", 'µ\t"b"\n1\t2\n')


def read(tmp_path, text, reading=HZ):
    path = tmp_path / "a"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return open_signals(path, reading)


def plain(file):
    """Return the signals as lists: class, times in µs and rows."""
    return [(s.label, s.times.tolist(), s.values.tolist()) for s in file.signals]


@pytest.mark.parametrize(
    "text",
    [
        TIMED,
        TIMED.replace(",", "\t"),
        TIMED.replace(",", ";").replace("t_ms", "time [ms]"),
        "\ufeff" + TIMED.replace("\n", "\r\n"),
        "# made by hand\n\n" + TIMED.replace("\n", "\n\n"),
        TIMED.replace("t_ms", "Time (s)").replace("\n1,", "\n0.001,").replace("\n3,", "\n3e-3,"),
        TIMED.replace("t_ms", "timestamp_µs").replace("\n1,", "\n1000,").replace("\n3,", "\n3e3,"),
        TIMED.replace("a,b", '"a" , b').replace("rest", '"rest"'),
    ],
)
def test_a_table_with_times_and_classes(tmp_path, text):
    file = read(tmp_path, text, SignalReading())
    assert file.channels == ("a", "b")
    assert plain(file) == [
        ("rest", [0.0, 1000.0], [[1.5, -2.0], [2.5, 0.0]]),
        ("fist", [3000.0], [[1e-3, 7.0]]),
    ]
    # The third row stands in line 4 of the first text; a single row has no length.
    assert [signal.length for signal in file.signals] == [2000, 0]


def test_a_table_without_names_or_times(tmp_path):
    file = read(tmp_path, "0.5,1\n2,3\n", SignalReading(sampling_rate=250.0))
    assert file.channels == ("channel1", "channel2")
    assert plain(file) == [(None, [0.0, 4000.0], [[0.5, 1.0], [2.0, 3.0]])]
    assert read(tmp_path, "strain\n7\n").channels == ("strain",)
    assert plain(read(tmp_path, "7\n8\n")) == [(None, [0.0, 1000.0], [[7.0], [8.0]])]


def test_columns_are_chosen_by_name(tmp_path):
    reading = SignalReading(
        time_column="when", time_unit="s", class_column="who", channels=("b", "a")
    )
    text = "a,when,note,b,who\n1,2,x,3,me\n4,5,,6,you\n"
    file = read(tmp_path, text, reading)
    assert file.channels == ("b", "a")
    assert plain(file) == [("me", [2e6], [[3.0, 1.0]]), ("you", [5e6], [[6.0, 4.0]])]
    # A sampling rate leaves the times aside, whatever stands there.
    aside = read(tmp_path, "time,a\nnoon,1\nnight,2\n")
    assert plain(aside) == [(None, [0.0, 1000.0], [[1.0], [2.0]])]


def test_cases_of_the_archive(tmp_path):
    file = read(tmp_path, CASES)
    assert file.channels == ("channel1", "channel2")
    assert plain(file) == [
        ("up", [0.0, 1000.0, 2000.0], [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]),
        ("down", [0.0, 1000.0], [[7.0, 9.0], [8.0, 10.0]]),
    ]
    assert file.signals[1].provenance.endswith("a:8")
    chosen = read(tmp_path, CASES, SignalReading(sampling_rate=1.0, channels=("channel2",)))
    assert chosen.signals[1].values.tolist() == [[9.0], [10.0]]


def test_gzip_is_known_by_its_content(tmp_path):
    assert plain(read(tmp_path, gzip.compress(TIMED.encode()))) == plain(read(tmp_path, TIMED))
    with pytest.raises(DataError, match="damaged or cut off, as gzip"):
        read(tmp_path, gzip.compress(TIMED.encode())[:-9])


def test_rows_with_missing_values_are_counted(tmp_path):
    drop = SignalReading(missing="drop")
    text = "t_ms,a,class\n0,1,x\n1,,x\n2,nan,x\n3,?,y\n4,5,y\nna,6,y\n7,8,x\n9,NA,x\n"
    signals = read(tmp_path, text, drop).signals
    assert [s.times.tolist() for s in signals] == [[0.0], [4000.0], [7000.0]]
    # 8 rows = 3 in signals + 5; those between two signals belong to the one before.
    assert sum(sum(s.dropped.values()) for s in signals) == 5
    cases = read(
        tmp_path, CASES.replace("2,3:", "?,3:"), SignalReading(sampling_rate=1.0, missing="drop")
    )
    assert cases.signals[0].values.tolist() == [[1.0, 4.0], [3.0, 6.0]]
    assert cases.signals[0].times.tolist() == [0.0, 2e6]
    assert [s.dropped for s in cases.signals] == [{"rows_with_missing_values": 1}, {}]


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("2.5", "two", ":3:3", "`a` must be a number; got 'two'"),
        ("2.5", "2_5", ":3:3", "`a` must be a number; got '2_5'"),
        ("2.5", "２", ":3:3", "`a` must be a number"),
        ("2.5", "1e400", ":3:3", "`a` must be a finite number, below 1.8e308; got '1e400'"),
        ("2.5", "-inf", ":3:3", "`a` must be a finite number"),
        ("2.5", "nan", ":3:3", "`a` has no value; got 'nan'"),
        ("2.5", "", ":3:3", "`a` has no value; got ''"),
        ("2.5,0", "2.5,x", ":3:7", "`b` must be a number; got 'x'"),
        ("2.5,0,", "2.5,", ":3", "has 3 fields; the first line has 4"),
        ("2.5,0,", "2.5,0,0,", ":3", "has 5 fields; the first line has 4"),
        ("\n3,", "\n0.5,", ":4", "`t_ms` is 0.5, earlier than the row before"),
        ("\n3,", "\n1e300,", ":4", "`t_ms` is 1.*e.300, earlier than the row before or beyond"),
        ("fist", "f" * 65, ":4:10", "the name of the class is longer than 64"),
        ("fist", "f\xe9ist", ":4", "is no text in UTF-8: byte 0xe9"),
        ("t_ms,a", "t_ms,3", ":1", "mixes names of columns and numbers, such as '3'"),
        ("t_ms,a", "t_ms,b", ":1", "two columns are called 'b'"),
        ("t_ms,a", "t_ms,", ":1", "column 2 has no name"),
        (TIMED, "t_ms,a\n", "", "has no rows with values"),
        (TIMED, "# only\n", "", "is of no signal format"),
        (TIMED, "", "", "is empty: 0 bytes"),
        (TIMED, "t,a\n1,2\n", "", "does not tell when its rows were sampled"),
        (TIMED, "t_ms,class\n1,2\n", ":1", "has no column of numbers"),
        (TIMED, "\x00\x01,2\n1,2\n", "", "is of no signal format"),
        (TIMED, "a letter\nto you\n", "", "is of no signal format"),
    ],
)
@pytest.mark.parametrize("piece", [7, 2**20])
def test_damage_of_a_table_is_named(tmp_path, monkeypatch, old, new, place, message, piece):
    monkeypatch.setattr(_signal_text, "_PIECE", piece)
    assert old in TIMED
    with pytest.raises(DataError, match=message) as caught:
        read(
            tmp_path,
            TIMED.replace(old, new).encode("latin-1" if "\xe9" in new else "utf-8"),
            SignalReading(),
        )
    assert caught.value.where == f"{tmp_path}/a{place}"


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("5,6:up", "5,six:up", ":7:11", "row 3 of channel 2 must be a number; got 'six'"),
        ("5,6:up", "5,?:up", ":7:11", "row 3 of channel 2 has no value; got '.'"),
        ("2,3:", "2,1e999:", ":7:5", "row 3 of channel 1 must be a finite number"),
        (":9,10", "", ":8", "has 1 channels; expected 2"),
        (":9,10", ":9,10:11,12", ":8", "has 3 channels; expected 2"),
        (":9,10", ":9,10,11", ":8", "channel 2 has 3 rows; channel 1 has 2"),
        (":down\n", "", ":8", "has the class '9,10'; @classLabel names up, down"),
        ("@equalLength false", "@equalLength true\n@seriesLength 3", ":9", "@seriesLength says 3"),
        ("@dimensions 2", "@dimensions two", "", "@dimensions must be a whole number above 0"),
        ("@dimensions 2", "@dimensions " + "9" * 5001, "", "above 0; got '9{40}'"),
        ("@dimensions 2", "dimensions 2", ":3", "is no line of a header: 'dimensions 2'"),
        ("@dimensions 2", "@timeStamps true", ":3", "@timeStamps is true: such cases are not read"),
        ("@data", "@dat", ":7", "is no line of a header"),
        (CASES, CASES.partition("@data")[0], "", "no line @data"),
        (CASES, CASES.partition("1,2,3")[0], "", "has a header, but no cases"),
    ],
)
def test_damage_of_cases_is_named(tmp_path, old, new, place, message):
    assert old in CASES
    with pytest.raises(DataError, match=message) as caught:
        read(tmp_path, CASES.replace(old, new))
    assert caught.value.where == f"{tmp_path}/a{place}"


def test_a_case_needs_a_sampling_rate(tmp_path):
    with pytest.raises(DataError, match="does not tell when its rows were sampled"):
        read(tmp_path, CASES, SignalReading())


def test_what_is_asked_for_must_be_there(tmp_path):
    for reading, message in (
        (SignalReading(time_column="x"), "has no column 'x'"),
        (SignalReading(class_column="y"), "has no column 'y'"),
        (SignalReading(channels=("a", "z")), "has no channel 'z'"),
    ):
        with pytest.raises(DataError, match=message) as caught:
            read(tmp_path, TIMED, reading)
        assert "a, b" in str(caught.value)


def test_a_file_may_be_too_large(tmp_path, monkeypatch):
    for module in (delimited, ts):
        monkeypatch.setattr(module, "MOST_VALUES", 5)
    for text in (TIMED, CASES):
        with pytest.raises(DataError, match="has more than 5 numbers"):
            read(tmp_path, text)
    monkeypatch.setattr(_signal_text, "_LONGEST_LINE", 10)
    monkeypatch.setattr(_signal_text, "_PIECE", 10)
    with pytest.raises(DataError, match="a line is longer than 10 bytes"):
        read(tmp_path, CASES)


@pytest.mark.parametrize("text", TRUNCATED, ids=["times", "cases", "numbers", "names"])
def test_a_file_that_is_cut_off_anywhere_is_read_or_refused(tmp_path, text):
    whole = text.encode()
    for end in range(len(whole)):
        try:
            signals = read(tmp_path, whole[:end]).signals
        except DataError:
            continue
        assert all(np.isfinite(signal.values).all() for signal in signals)


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=80), start=st.sampled_from(["", "t_ms,a\n", CASES, "1,2\n"]))
def test_random_bytes_are_read_or_refused(tmp_path_factory, data, start):
    path = tmp_path_factory.getbasetemp() / "random"
    path.write_bytes(start.encode() + data)
    for reading in (HZ, SignalReading(missing="drop")):
        try:
            format_ = signal_format(path, reading)
            file = open_signals(path, reading)
        except DataError:
            continue
        assert format_ is not None
        assert all(len(s) and np.isfinite(s.values).all() for s in file.signals)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=64)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from("xyz")), min_size=1, max_size=12),
    separator=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read_to_the_bit(tmp_path_factory, rows, separator, end):
    folder = tmp_path_factory.getbasetemp()
    lines = [("a", "b", "class"), *((repr(a), repr(b), name) for a, b, name in rows)]
    file = read(folder, end.join(map(separator.join, lines)))
    found = [(*row, s.label) for s in file.signals for row in s.values.tolist()]
    assert [tuple(map(repr, row)) for row in found] == [tuple(map(repr, row)) for row in rows]
    # Neighbours differ in class, and the rows are numbered through.
    labels = [s.label for s in file.signals]
    assert all(a != b for a, b in pairwise(labels))
    times = np.concatenate([s.times for s in file.signals])
    np.testing.assert_allclose(times, np.arange(len(rows)) * 1000.0, rtol=1e-15)
    cases = [f"{a!r},{b!r}:{b!r},{a!r}:{name}" for a, b, name in rows]
    header = f"@problemName m{end}@classLabel true x y z{end}@data{end}"
    file = read(folder, header + end.join(cases))
    assert [s.values.tolist() for s in file.signals] == [[[a, b], [b, a]] for a, b, _ in rows]


@pytest.mark.skipif(DATA is None, reason="NEUROSPIKE_DATA is not set")
def test_recordings_of_others():
    emg = open_signals(
        Path(f"{DATA}/emg_gestures/subject_05_series_1.txt.gz"), SignalReading(time_unit="ms")
    )
    assert len(emg.channels) == 8
    assert [s.label for s in emg.signals] == list("0102030405060102030405060")
    # As counted by awk over the file.
    assert sum(map(len, emg.signals)) == 57_118
    assert sum(len(s) for s in emg.signals if s.label == "3") == 3_111
    assert emg.signals[-1].times[-1] == 59_045_000.0
    vowels = open_signals(Path(f"{DATA}/uea/JapaneseVowels_TRAIN.ts"), HZ)
    assert (len(vowels.channels), len(vowels.signals)) == (12, 270)
    assert {len(s) for s in vowels.signals} <= set(range(7, 30))
    assert vowels.signals[0].values[0, 0] == 1.860936
    assert not math.isnan(sum(float(s.values.sum()) for s in vowels.signals))
