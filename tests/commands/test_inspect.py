"""`inspect` of recordings and folders: words for people, numbers for programs, figures for both."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.errors import DataError
from neurospike_cli.events.formats.csv import CSV
from neurospike_cli.events.formats.nmnist import NMNIST
from neurospike_cli.events.formats.npy import NPY
from neurospike_cli.events.stored.dataset_generation import generate_dataset, plan_for
from neurospike_cli.events.stored.dataset_reader import open_dataset
from neurospike_cli.events.stream import EventStream
from tests.events.made_events import events_of
from tests.events.made_source import MadeSource

ROWS = [(5_000, 1, 2, 1), (5_007, 5, 0, 0), (5_900, 3, 4, 0), (25_000, 1, 2, 1)]


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main(["--json", "inspect", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes, a file of neither, one that is damaged and one that is hidden."""
    stream = EventStream(8, 8, events_of(*ROWS))
    for name in ("left", "right"):
        (tmp_path / name).mkdir()
        NPY().write(stream, tmp_path / name / "one.npy")
    CSV().write(EventStream(8, 8, events_of(*ROWS[:2])), tmp_path / "left" / "two.csv")
    NMNIST().write(stream, tmp_path / "three.bin")
    (tmp_path / "right" / "broken.npy").write_bytes(b"\x93NUMPY\x01\x00nothing")
    (tmp_path / ".hidden").write_text("nothing")
    return tmp_path


def test_numbers_of_a_recording(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = document(capsys, str(folder / "left" / "one.npy"))
    assert facts["kind"] == "a recording"
    expected = {
        "width": 6, "height": 5, "events": 4, "first_us": 5_000, "last_us": 25_000,
        "duration_ms": 20.0, "rate_hz": 200.0, "peak_rate_hz": 3000.0, "peak_rate_bin_ms": 1.0,
        "peak_rate_at_us": 5_000, "on_fraction": 0.5, "steps_back": 0, "largest_gap_us": 19_100,
        "largest_gap_at_us": 5_900, "pixels_active": 3, "outside_the_sensor": 0,
        "hot_pixels": [], "stepped_over": {},
        "busiest_pixels": [
            {"x": 1, "y": 2, "events": 2}, {"x": 5, "y": 0, "events": 1},
            {"x": 3, "y": 4, "events": 1},
        ],
    }  # fmt: skip
    assert {name: facts[name] for name in expected} == expected


def test_words_of_a_recording(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(folder / "left" / "one.npy")]) == 0
    shown = capsys.readouterr().out
    assert "peak rate       3 kHz in 1 ms from 0 s on" in shown
    assert "largest gap     19.1 ms, 900 us after the first event" in shown
    assert "pixels          3 of 30 with events" in shown
    assert "busiest pixels  (1, 2) 2, (5, 0) 1, (3, 4) 1" in shown


def test_a_folder_is_told_class_by_class(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = document(capsys, str(folder))
    assert (facts["kind"], facts["recordings"], facts["events"]) == (
        "a folder of recordings",
        4,
        14,
    )
    assert facts["formats"] == "csv, nmnist, npy"
    assert list(facts["unread"]) == ["right/broken.npy"]
    assert "no header of an array" in facts["unread"]["right/broken.npy"]
    left, right, none = facts["by_class"]
    assert (left["class"], right["class"], none["class"]) == ("left", "right", "")
    assert (left["recordings"], left["events"], left["formats"]) == (2, 6, {"csv": 1, "npy": 1})
    assert left["duration_us"] == {"least": 7, "mean": 10_003.5, "greatest": 20_000}
    assert left["events_per_recording"] == {"least": 2, "mean": 3.0, "greatest": 4}
    # 6 events in 20,007 µs.
    assert left["rate_hz"] == pytest.approx(6 / 0.020007)
    assert left["sensors"] == {"at least 6 x 5 px": 1, "at least 6 x 3 px": 1}
    assert main(["inspect", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "class left              " in shown
    assert "2 recordings, 6 events, 7 us to 20 ms, 299.9 Hz, 50.0 % ON" in shown
    assert "not read: right/broken.npy" in shown


def test_a_folder_without_a_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("hello")
    assert main(["inspect", str(tmp_path)]) == 3
    assert "holds no recording that can be read: a.txt: is of no event" in capsys.readouterr().err


def test_a_data_set_is_compared_with_its_hashes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    streams = [EventStream(6, 6, events_of(*ROWS[:2][: i % 3])) for i in range(9)]
    generate_dataset(plan_for(MadeSource(streams), 5), tmp_path / "set", workers=1)
    facts = document(capsys, str(tmp_path / "set"))
    assert (facts["hashes"], facts["damaged"]) == ("all agree", {})
    assert facts["by_class"][0] == {
        "class": "a", "recordings": 5, "events": sum(i % 3 for i in range(0, 9, 2)),
        "events_per_recording": {"least": 0, "mean": 1.0, "greatest": 2},
    }  # fmt: skip
    data = (tmp_path / "set" / "test.npz").read_bytes()
    (tmp_path / "set" / "test.npz").write_bytes(data[:-1] + b"x")
    facts = document(capsys, str(tmp_path / "set"))
    assert facts["hashes"] == "1 file damaged"
    assert "SHA-256" in facts["damaged"]["test.npz"]
    # Recordings 2 and 8, of 2 events each, cannot be read: they are none with 0 events.
    assert facts["by_class"][0] == {
        "class": "a", "recordings": 5, "events": sum(i % 3 for i in range(0, 9, 2) if i % 3 != 2),
        "recordings_in_damaged_files": 2,
        "events_per_recording": {"least": 0, "mean": pytest.approx(1 / 3), "greatest": 1},
    }  # fmt: skip


@pytest.mark.parametrize("what", ["left/one.npy", ".", "set"])
@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_what_can_be_drawn(
    folder: Path, what: str, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if what == "set":
        stream = EventStream(6, 6, events_of(*ROWS))
        generate_dataset(plan_for(MadeSource([stream] * 4), 5), folder / "set", workers=1)
    target = folder / "drawn" / f"a.{suffix}"
    facts = document(capsys, str(folder / what), "--draw", str(target))
    assert facts["figure"] == str(target)
    begin = {"png": b"\x89PNG", "svg": b"<?xml"}[suffix]
    assert target.read_bytes().startswith(begin)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["left/one.npy", "--draw", "a.gif"], "--draw must end in .png, .svg, .pdf; got 'a.gif'"),
        (["config.yaml", "--draw", "a.png"], "a config is not drawn"),
    ],
)
def test_what_cannot_be_drawn(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    text: str,
) -> None:
    monkeypatch.chdir(folder)
    Path("config.yaml").write_text(json.dumps({
        "name": "x",
        "data": {"source": "synthetic", "classes": {"a": {"pattern": "moving_bar"}}},
        "training": {"phases": [{"rule": "surrogate_gradient", "epochs": 1}]},
    }))  # fmt: skip
    assert main(["inspect", *arguments]) == 2
    assert text in capsys.readouterr().err
    assert not Path("a.png").exists()


def test_an_n_mnist_folder_is_told_class_by_class(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for digit in range(10):
        path = tmp_path / "Train" / str(digit) / "1.bin"
        path.parent.mkdir(parents=True)
        NMNIST().write(EventStream(34, 34, events_of(*ROWS[: 1 + digit % 4])), path)
    facts = document(capsys, str(tmp_path))
    assert facts["recordings"] == 10
    assert [row["events"] for row in facts["by_class"]] == [1 + d % 4 for d in range(10)]


def test_memory_does_not_grow_with_a_recording(tmp_path: Path) -> None:
    import tracemalloc

    from neurospike_cli.events.surveys.recording_survey import survey

    peaks = []
    for count in (200_000, 1_600_000):
        path = tmp_path / f"{count}.npy"
        events = np.zeros(count, [("t", "<i8"), ("x", "<u2"), ("y", "<u2"), ("p", "i1")])
        events["t"] = np.arange(count)
        np.save(path, events)
        del events
        tracemalloc.start()
        survey(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # 1.4 million more events are 18 MB in the file.
    assert peaks[1] - peaks[0] < 1_000_000


def test_a_file_of_spikes_is_told_class_by_class(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("h5py")
    from tests.events.test_heidelberg import spike_file

    facts = document(capsys, spike_file(tmp_path / "a.h5", repeats=2, labels=[1, 1, 0]))
    assert facts["kind"] == "a file of spikes of many recordings"
    # Three recordings of the classes 1, 1, 0 with 3, 0 and 2 spikes, twice; unit 699 is the last.
    assert (facts["recordings"], facts["spikes"], facts["units"]) == (6, 10, 700)
    assert facts["last_us"] == 500_000
    assert facts["by_class"] == [
        {"class": "zero", "recordings": 2, "spikes": 4},
        {"class": "one", "recordings": 4, "spikes": 6},
    ]


def test_a_data_set_in_the_making_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pieces = tmp_path / "set.partial" / "pieces"
    pieces.mkdir(parents=True)
    (pieces.parent / "request.json").write_text("{}")
    (pieces / "train-000000000").write_bytes(b"1")
    assert main(["inspect", str(pieces.parent)]) == 0
    shown = capsys.readouterr().out
    assert "a data set that is not finished" in shown
    assert f"neurospike generate CONFIG --out {tmp_path / 'set'} --resume" in shown
    with pytest.raises(DataError, match="not finished"):
        open_dataset(pieces.parent)


def test_files_beyond_the_twentieth_that_cannot_be_read_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    NPY().write(EventStream(8, 8, events_of(*ROWS)), tmp_path / "one.npy")
    for number in range(23):
        (tmp_path / f"{number:02}.bad").write_bytes(b"\x80\x04")
    assert main(["inspect", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "not read: 19.bad" in shown
    assert "20.bad" not in shown
    assert "and 3 more; --json names all" in shown
