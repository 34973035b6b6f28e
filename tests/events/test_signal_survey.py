"""What is counted of files of signals and of folders of them, on tables of a few rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from neurospike_cli.errors import DataError
from neurospike_cli.events.surveys.signal_survey import (
    is_signal_folder,
    survey_signal_folder,
    survey_signals,
)

TIMED = "t_ms,a,b,class\n0,1.5,-2,rest\n2,2.5,0,rest\n4,1,7,fist\n6,,7,fist\n"
UNTIMED = "a,b\n1,2\n3,9\n"


def test_a_file_is_counted_class_by_class(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TIMED)
    facts = survey_signals(tmp_path / "a.csv").facts()
    # The row without a value is left out; two rows 2 ms apart last 4 ms, and one has no length.
    assert facts == {
        "format": "delimited", "channels": "2: a, b", "samples": "3",
        "sampling rate": "500 Hz on average", "duration": "4 ms",
        "signals": "2, of 1 to 2 samples", "values": "-2 to 7", "rows with missing values": "1",
        "class fist": "1 signal, 1 sample", "class rest": "1 signal, 2 samples",
    }  # fmt: skip


def test_folders_are_classes_where_files_tell_none(tmp_path: Path) -> None:
    for name, text in (("up/1.csv", UNTIMED), ("up/2.csv", UNTIMED), ("down/3.csv", TIMED)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "down" / "bad.csv").write_text("a,b\n1,2\n3,x\n")
    numbers = survey_signal_folder(tmp_path).numbers()
    assert numbers["by_class"] == [
        {"class": "fist", "signals": 1, "samples": 1},
        {"class": "rest", "signals": 1, "samples": 2},
        {"class": "up", "signals": 2, "samples": 4},
    ]
    assert (numbers["samples"], numbers["sampling_rate_hz"]) == (7, None)
    assert list(numbers["unread"]) == ["down/bad.csv"]


def test_a_folder_of_signals_is_told_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text(TIMED)
    (tmp_path / "notes.bin").write_bytes(b"")
    assert is_signal_folder(tmp_path)
    assert main(["inspect", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "a folder of signals\nfiles " in shown
    assert "notes.bin" in shown
    (tmp_path / "events.csv").write_text("5,1,1,1\n6,2,1,0\n")
    assert not is_signal_folder(tmp_path)
    assert main(["--json", "inspect", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["kind"], found["events"]) == ("a folder of recordings", 2)
    assert found["unread"]["a.csv"].endswith("it can be read, by `source: signals`")


def test_a_folder_without_a_signal_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n3,x\n")
    with pytest.raises(DataError, match=r"holds no signals that can be read: a\.csv: "):
        survey_signal_folder(tmp_path)
