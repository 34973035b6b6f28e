"""`evaluate`: numbers, gates and what happens to damaged runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from neurospike_cli.training.run_evaluation import METRICS
from tests.training import tiny


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.train(tmp_path_factory.mktemp("trained"))


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(trained, tmp_path / "run"))


def test_metrics_of_the_test_split_go_into_the_run(run: Path) -> None:
    assert main(["-q", "evaluate", str(run)]) == 0
    document = json.loads((run / "evaluation/test.json").read_text())
    assert document["samples"] == 6  # 0.15 of 40
    assert sum(map(sum, document["confusion"])) == 6
    assert 0.0 <= document["yardstick_accuracy"] <= 1.0
    manifest = json.loads((run / "manifest.json").read_text())
    assert "evaluation/test.json" in manifest["files"]
    assert "test" in manifest["data_sha256"]


def test_validation_again_gives_the_numbers_of_training(run: Path) -> None:
    before = json.loads((run / "evaluation/validation.json").read_text())
    assert main(["-q", "evaluate", str(run), "--split", "validation"]) == 0
    after = json.loads((run / "evaluation/validation.json").read_text())
    assert after.pop("yardstick_accuracy") is not None
    assert after == before


@pytest.mark.parametrize(("least", "code"), [("0.0", 0), ("1.01", 5)])
def test_gate(run: Path, least: str, code: int) -> None:
    assert main(["-q", "evaluate", str(run), "--fail-under", f"accuracy={least}"]) == code


@pytest.mark.parametrize("text", ["accuracy", "accuracy=high", "accuracy=nan"])
def test_a_gate_that_is_no_number(run: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(run), "--fail-under", text]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "takes METRIC=VALUE" in captured.err


def test_an_unknown_gate_lists_the_metrics(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(run), "--fail-under", "acuracy=0.5"]) == 2
    assert "metrics are accuracy, loss" in capsys.readouterr().err
    assert not (run / "evaluation/test.json").exists()  # refused before the work


def test_gates_can_stand_on_every_number_of_an_evaluation(run: Path) -> None:
    assert main(["-q", "evaluate", str(run)]) == 0
    document = json.loads((run / "evaluation/test.json").read_text())
    assert {n for n, value in document.items() if type(value) in (int, float)} == set(METRICS)


def test_changed_weights_are_refused(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = run / "weights.npz"
    content = bytearray(weights.read_bytes())
    content[100] ^= 1
    weights.write_bytes(bytes(content))
    assert main(["evaluate", str(run)]) == 3
    assert "SHA-256" in capsys.readouterr().err
    assert not (run / "evaluation/test.json").exists()


def test_a_run_without_weights_says_how_to_go_on(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"files": {}}))
    (run / "weights.npz").unlink()
    assert main(["evaluate", str(run)]) == 3
    assert "--resume" in capsys.readouterr().err


def test_a_config_means_its_latest_run(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tiny.write_config(tmp_path)
    shutil.copytree(trained.parent, tmp_path / "outputs" / "tiny")
    assert main(["-q", "evaluate", str(config)]) == 0
    copied = tmp_path / "outputs" / "tiny" / trained.name
    assert (copied / "evaluation/test.json").exists()


def test_a_config_without_runs_says_to_train(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tiny.write_config(tmp_path)
    assert main(["evaluate", str(config)]) == 4
    assert "neurospike train" in capsys.readouterr().err


def test_recordings_that_were_moved_are_named_with_data(tmp_path: Path) -> None:
    """A run on a stored data set, whose folder is then somewhere else."""
    config, stored, moved = tiny.write_config(tmp_path), tmp_path / "a", tmp_path / "b"
    assert main(["-q", "generate", str(config), "--out", str(stored)]) == 0
    run = tiny.train(tmp_path, "--set", f"data={{source: dataset, root: {stored}, duration: 30.0}}")
    assert main(["-q", "evaluate", str(run)]) == 0
    before = (run / "evaluation/test.json").read_bytes()
    stored.rename(moved)
    assert main(["-q", "evaluate", str(run)]) == 3
    assert main(["-q", "evaluate", str(run), "--data", str(moved)]) == 0
    assert (run / "evaluation/test.json").read_bytes() == before
