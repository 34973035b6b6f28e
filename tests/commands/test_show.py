from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from neurospike_cli.config.load import load_experiment
from tests.config.samples import GOOD


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("good.yaml").write_text(GOOD, encoding="utf-8")
    return "good.yaml"


def test_what_is_shown_loads_to_the_same(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", config, "--set", "seed=9"]) == 0
    Path("again.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    again = load_experiment(Path("again.yaml")).experiment
    assert again == load_experiment(Path(config), ["seed=9"]).experiment
    assert again.seed == 9


def test_json(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", config, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == load_experiment(Path(config)).resolved


def test_origin(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", config, "--origin", "--set", "seed=9"]) == 0
    shown = capsys.readouterr().out
    assert [line.split("  # ")[1] for line in shown.split("\n")[:3]] == [
        "good.yaml:1", "--set seed=9", "default",
    ]  # fmt: skip
    assert main(["show", config, "--origin", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data.encoder.dt"] == "good.yaml:9"


def test_errors(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", config, "--set", "seed=x"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.endswith("1 error in good.yaml; nothing was run.\n")
