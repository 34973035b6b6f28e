"""`convert` and `inspect` on recordings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from neurospike_cli.events.formats._writable_format import WritableFormat
from neurospike_cli.events.recognition import open_recording, recognise, writers
from tests.events.made_recordings import evt3

SIZE = "the sensor's size; give --sensor 34x34 when it is read"
SOME = [(0, 1, 2, 1), (7, 33, 0, 0), (5000, 3, 4, 0), (1_234_567, 0, 0, 1)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.write_bytes(evt3(SOME))
    return path


@pytest.mark.parametrize("writer", writers().values(), ids=lambda w: w.__name__)
def test_every_writer_is_asked_for_by_name_or_suffix(
    source: Path, writer: type[WritableFormat], capsys: pytest.CaptureFixture[str]
) -> None:
    name = writer().name
    target = source.with_name(f"out{writer.suffixes[0]}")
    assert main(["convert", str(source), str(target)]) == 0
    assert capsys.readouterr().out == f"{target}\n"
    assert recognise(target).name == name
    assert open_recording(target).events.tolist() == SOME
    assert main(["--json", "convert", str(source), str(target), "--to", name, "--force"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "path": str(target), "from": "evt3", "to": name, "width": 34, "height": 34,
        "events": 4, "dropped": {},
        "lost": [SIZE] if name in ("csv", "npy") else [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["out.raw"], 2, "no format is written to files that end in '.raw'; known: .aedat4"),
        (["out.npz", "--to", "evt3"], 2, "cannot write `evt3`; expected one of aedat4, csv"),
        (["in", "--to", "csv"], 4, "is there already"),
        (["out.npz", "--from", "evt2"], 3, "are of no known type"),
        (["out.npz", "--from", "evt9"], 2, "unknown format `evt9`; expected one of"),
        (["out.npz", "--sensor", "34"], 2, "--sensor must be like 346x260; got '34'"),
        (["out.npz", "--sensor", "0x9"], 2, "sensor.width: Input should be greater"),
        (["out.npz", "--sensor", "9x9"], 3, "the sensor is given as 9×9 px"),
        (["nowhere/out.npz"], 4, "cannot write: No such file or directory"),
    ],
)
def test_what_cannot_be_converted(
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    text: str,
) -> None:
    monkeypatch.chdir(source.parent)
    source.write_bytes(evt3(SOME * 200) if "evt2" in arguments else source.read_bytes())
    assert main(["convert", "in", *arguments]) == code
    assert text in capsys.readouterr().err
    assert [path.name for path in source.parent.iterdir()] == ["in"]


def test_what_is_left_out_is_said(
    tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source.write_text("5,1,1,1\n4,99,1,1\n3,1,1,1\n6,1")
    arguments = ["convert", str(source), str(tmp_path / "out.npz"), "--sensor", "9x9"]
    assert main(arguments) == 3
    arguments += ["--outside", "drop", "--unordered", "drop", "--recover"]
    assert main(arguments) == 0
    said = capsys.readouterr().err
    for line in ("1 lines cut off", "1 outside of sensor", "1 out of order"):
        assert f"Not written: {line}" in said


def test_inspect_says_what_a_recording_is(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--json", "inspect", str(source)]) == 0
    facts = json.loads(capsys.readouterr().out)
    expected = {
        "kind": "a recording",
        "format": "evt3",
        "sensor": "34 x 34 px",
        "events": 4,
        "duration": "1234.567 ms, from 0 to 1234567 us",
        "rate": "3.24 Hz",
        "ON_events": "50.0 %",
        "order": "ascending",
    }
    assert {name: facts[name] for name in expected} == expected
    source.write_text("5,1,1,1\n4,8,1,1\n")
    assert main(["inspect", str(source)]) == 0
    shown = capsys.readouterr().out
    assert "not told by the file; its events need 9 x 2 px" in shown
    assert "not ascending: 1 steps back" in shown


def converted(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Return what a conversion says that the new file does not tell."""
    assert main(["--json", "convert", *arguments]) == 0
    lost: list[str] = json.loads(capsys.readouterr().out)["lost"]
    return lost


def test_what_a_new_file_does_not_tell_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out"
    source.write_text("5,1,1,1\n6,53,60,0\n7,52,60,0\n")
    arguments = [str(source), str(target), "--force", "--to"]
    # What the source does not tell either is not lost.
    assert converted(capsys, *arguments, "csv") == []
    assert converted(capsys, *arguments, "csv", "--sensor", "80x70") == [
        "the sensor's size; give --sensor 80x70 when it is read"
    ]
    # The words of N-MNIST's files are known by its 34×34 px.
    assert converted(capsys, *arguments, "nmnist") == [
        "what kind of file it is; give --from nmnist when it is read",
        "the sensor's size; give --sensor 54x61 when it is read",
    ]
    again = [str(target), str(tmp_path / "back.npz"), "--from", "nmnist", "--sensor", "54x61"]
    assert converted(capsys, *again) == []
    assert open_recording(tmp_path / "back.npz").events["t"].tolist() == [5, 6, 7]
    assert converted(capsys, *arguments, "event_stream") == [
        "when it began; its first event is at 0 us, and was at 5 us"
    ]
    assert main(["convert", *arguments, "event_stream"]) == 0
    assert "Not told by the new file: when it began; its" in capsys.readouterr().err
