from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from tests.config.samples import GOOD


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    Path("bad.yaml").write_text(GOOD.replace("seed: 7", "sed: 7"), encoding="utf-8")


def test_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "good.yaml"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("good.yaml: ok\n", "")


def test_all_files_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "bad.yaml", "none.yaml", "good.yaml"]) == 2
    captured = capsys.readouterr()
    assert captured.out == "good.yaml: ok\n"
    assert captured.err == (
        "error: unknown key `sed`\n"
        "  --> bad.yaml:2:1  (sed)\n"
        "   |\n"
        " 2 | sed: 7\n"
        "   | ^^^  did you mean `seed`?\n"
        "   = valid keys here: name, seed, data, network, training, engine, precision, figures, "
        "extends\n"
        "\n"
        "1 error in bad.yaml; nothing was run.\n"
        "error: no such config file\n"
        "  --> none.yaml\n"
        "  = `neurospike init` writes a starter config\n"
    )


def test_errors_are_colored_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--color", "always", "validate", "bad.yaml"]) == 2
    assert "\x1b[1;31merror" in capsys.readouterr().err


def test_concise(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "bad.yaml", "good.yaml", "none.yaml", "--format", "concise"]) == 2
    captured = capsys.readouterr()
    assert captured.out == (
        "bad.yaml:2:1: unknown key `sed` (sed)\ngood.yaml: ok\nnone.yaml: no such config file\n"
    )
    assert captured.err == ""


@pytest.mark.parametrize("option", [["--format", "json"], ["--json"]])
def test_json(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "bad.yaml", "good.yaml", *option]) == 2
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["file"], problem["line"], problem["path"]) == ("bad.yaml", 2, "sed")
    assert main(["validate", "good.yaml", *option]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_overrides_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "good.yaml", "--set", "seed=1", "--set", "seed=x"]) == 2
    assert "  --> --set seed=x  (seed)\n" in capsys.readouterr().err


def test_nothing_is_written() -> None:
    main(["validate", "good.yaml", "bad.yaml"])
    assert sorted(path.name for path in Path().iterdir()) == ["bad.yaml", "good.yaml"]
