"""`neurospike plot`: names are checked first, then paths are printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from neurospike_cli.commands.plot import KINDS
from neurospike_cli.registry import module_names
from tests.figures.made_up import write_run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    made = write_run(tmp_path / "run")
    for name in ("manifest.json", "config.resolved.yaml"):  # what makes a folder a run
        (made / name).write_text("{}")
    return made


def test_names_in_the_help_are_the_figures() -> None:
    assert module_names("neurospike_cli.figures") == KINDS


def test_paths_are_the_result(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", str(run), "--kind", "curves", "--kind", "confusion"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed == [str(run / "figures" / f"{kind}.png") for kind in ("curves", "confusion")]
    assert all(Path(path).read_bytes().startswith(b"\x89PNG") for path in printed)


def test_json_format_and_folder(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    options = ["--kind", "curves", "--format", "svg", "--out", str(out), "--json"]
    assert main(["plot", str(run), *options]) == 0
    expected = {"run": str(run), "figures": [str(out / "curves.svg")]}
    assert json.loads(capsys.readouterr().out) == expected
    assert not (run / "figures").exists()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--kind", "confusoin"], "did you mean `confusion`?"),
        (["--format", "jpg"], "expected one of png, svg, pdf"),
    ],
)
def test_an_unknown_name_is_a_usage_error(
    options: list[str], expected: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plot", str(run), *options]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert expected in captured.err


def test_a_file_in_place_of_the_folder(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main(["plot", str(run), "--kind", "curves", "--out", str(tmp_path / "file")]) == 4
    assert f"--> {tmp_path / 'file'}" in capsys.readouterr().err


def test_a_folder_that_is_no_run_is_exit_4(tmp_path: Path) -> None:
    assert main(["plot", str(tmp_path)]) == 4
