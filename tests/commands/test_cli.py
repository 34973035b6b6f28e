from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from neurospike_cli import __version__, cli
from neurospike_cli.cli import main
from neurospike_cli.commands._session import Session, painted
from neurospike_cli.errors import DataError, RunError
from tests.config.samples import GOOD

COMMAND = [sys.executable, "-m", "neurospike_cli"]


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return str(path)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"neurospike {__version__}\n"
    assert main(["validate", "-V"]) == 0


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    folder = Path(cli.__file__).parent / "commands"
    names = [p.stem for p in folder.glob("*.py") if not p.stem.startswith("_")]
    assert {"validate", "show", "schema", "init"} <= set(names)
    for name in names:
        assert f"\n  {name} " in shown
        assert main([name, "--help"]) == 0
        assert capsys.readouterr().out.startswith(f"Usage: neurospike {name} ")


def test_no_command_prints_help_as_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Usage: neurospike [OPTIONS] COMMAND" in captured.err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["bogus"], "error: no such command 'bogus'\n  = see `neurospike --help`\n"),
        (["show"], "error: missing argument 'CONFIG'\n  = see `neurospike show --help`\n"),
        (
            ["show", "x", "--bogus"],
            "error: no such option: --bogus\n  = see `neurospike show --help`\n",
        ),
        (
            ["--color", "pink", "show"],
            "error: invalid value for '--color': 'pink' is not one of "
            "'auto', 'always', 'never'\n  = see `neurospike --help`\n",
        ),
        (
            ["show", "x", "--progress"],
            "error: option '--progress' requires an argument\n  = see `neurospike --help`\n",
        ),
    ],
)
def test_a_wrong_command_line(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", text)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_global_options_stand_anywhere(
    place: int, config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["show", config]
    arguments[place:place] = ["--progress=none", "--json", "--color", "never"]
    assert main(arguments) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "directions"


def test_after_two_dashes_nothing_is_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--", "--json"]) == 2
    assert capsys.readouterr().err.startswith("error: no such config file\n  --> --json\n")


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (DataError("broken", where="a.bin", hint="get it again"), 3,
         "error: broken\n  --> a.bin\n  = get it again\n"),
        (RunError("locked"), 4, "error: locked\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (ZeroDivisionError("by\nzero"), 1, "internal error: ZeroDivisionError: by zero\n"
         "  = run again with --debug for the traceback\n"),
    ],
)  # fmt: skip
def test_every_failure_has_a_code_and_a_text(
    error: BaseException,
    code: int,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(arguments: list[str]) -> None:
        raise error

    monkeypatch.setattr(cli, "_dispatch", fail)
    assert main(["show"]) == code
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", text)
    assert main(["show", "--debug"]) == code
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_an_interrupt_inside_a_command(config: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("neurospike_cli.config.load.load_experiment", interrupt)
    assert main(["show", config]) == 130


@pytest.mark.parametrize(
    ("arguments", "no_color", "colored"),
    [(["--color", "always"], "1", True), (["--color=always"], "", True), ([], "", False),
     (["--color", "never"], "", False)],
)  # fmt: skip
def test_color(
    arguments: list[str],
    no_color: str,
    colored: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    assert main([*arguments, "show", "none.yaml"]) == 2
    assert ("\x1b[" in capsys.readouterr().err) is colored


def test_no_color_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert painted("error: x", "auto") == "\x1b[1;31merror\x1b[0m\x1b[1m: x\x1b[0m"
    assert painted("error: x", "never") == "error: x"
    monkeypatch.setenv("NO_COLOR", "1")
    assert painted("error: x", "auto") == "error: x"
    assert painted("error: x", "always") != "error: x"


def test_a_full_disk_behind_stdout(config: str) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device, not a file
        done = subprocess.run(
            [*COMMAND, "show", config], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert done.returncode == 4
    assert done.stderr == b"error: cannot read or write: No space left on device\n"


def test_names_are_printed_in_every_locale(config: str) -> None:
    environment = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PATH": os.environ["PATH"]}
    bad = ["--set", "data.classes={'caf\u00e9': {pattern: random}}"]
    done = subprocess.run(
        [*COMMAND, "show", config, *bad], env=environment, capture_output=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert "caf\u00e9".encode() in done.stdout


def test_a_reader_that_leaves_is_no_error(config: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*COMMAND, "show", config], stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from neurospike_cli.cli import main; main(['--help']); heavy = "
        "{'numpy', 'scipy', 'matplotlib', 'pydantic', 'yaml', 'rich', 'numba', 'h5py'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().split("\n")[-1] == "[]"


def test_session(capsys: pytest.CaptureFixture[str]) -> None:
    Session().result("text", {"a": 1})
    Session(json=True).result("text", {"a": "é"})
    Session().note("note")
    Session(quiet=True).note("quiet")
    Session(verbose=True).detail("detail")
    Session().detail("no detail")
    Session(quiet=True).complain("complaint")
    captured = capsys.readouterr()
    assert captured.out == 'text\n{\n  "a": "é"\n}\n'
    assert captured.err == "note\ndetail\ncomplaint\n"


@pytest.mark.parametrize("terminal", [True, False])
def test_how_progress_is_shown(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    assert (Session().shows_bar, Session().shows_lines) == (terminal, not terminal)
    bar, lines, none = (Session(progress=p) for p in ("bar", "lines", "none"))
    assert [(s.shows_bar, s.shows_lines) for s in (bar, lines, none)] == [
        (True, False), (False, True), (False, False),
    ]  # fmt: skip
    assert not Session(quiet=True, progress="bar").shows_bar
    assert not Session(quiet=True, progress="lines").shows_lines
