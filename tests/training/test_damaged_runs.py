"""Runs that were damaged, cut short or mixed up: a named file and a code, never a traceback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from neurospike_cli.training import experiment_run
from tests.training import tiny


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.train(tmp_path_factory.mktemp("trained"))


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(trained, tmp_path / "run"))


def unfinish(run: Path) -> None:
    """Make a complete run look as `kill -9` leaves it."""
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"status": "running", "files": {}}))
    (run / "weights.npz").unlink()


@pytest.mark.parametrize("content", ["[1]", "{}", "null", '{"name": ', "[" * 100_000, "\xff"])
@pytest.mark.parametrize("command", [["train", "--resume"], ["evaluate"], ["inspect"]])
def test_a_damaged_manifest(
    run: Path, command: list[str], content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "manifest.json").write_text(content, encoding="latin-1")
    assert main([*command, str(run)]) == 4
    error = capsys.readouterr().err
    assert error.startswith("error: damaged")
    assert f"--> {run / 'manifest.json'}" in error


@pytest.mark.parametrize("content", ["[]", "{}", '{"splits": {"train": 1}}'])
@pytest.mark.parametrize("command", [["train", "--resume"], ["evaluate"], ["inspect"]])
def test_a_damaged_summary(
    run: Path, command: list[str], content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "summary.json").write_text(content)
    assert main([*command, str(run)]) == 4
    assert f"--> {run / 'summary.json'}" in capsys.readouterr().err


def test_weights_that_were_taken_away_are_not_trained_again_by_resuming(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "weights.npz").unlink()
    assert main(["evaluate", str(run)]) == 3
    error = capsys.readouterr().err
    assert "taken away" in error
    assert "--resume" not in error


def test_a_lock_that_cannot_be_opened(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run / ".lock").unlink()
    (run / ".lock").mkdir()
    assert main(["evaluate", str(run)]) == 4
    assert "cannot be locked" in capsys.readouterr().err


def test_without_checkpoints_there_is_nothing_to_go_on_from(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unfinish(run)
    shutil.rmtree(run / "checkpoints")
    assert main(["train", "--resume", str(run)]) == 4
    error = capsys.readouterr().err
    assert "nothing to go on from: no such checkpoint" in error
    assert "train a new run" in error


def test_checkpoints_of_another_network(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unfinish(run)
    other = tiny.train(tmp_path, "--set", "network.hidden.0.size=5")
    shutil.copy(other / "checkpoints/last.npz", run / "checkpoints/last.npz")
    assert main(["train", "--resume", str(run)]) == 4
    assert "a checkpoint of another network" in capsys.readouterr().err


def test_a_run_taken_away_while_it_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny.write_config(tmp_path)
    calibrate = experiment_run._calibrate

    def take_away(*arguments: object) -> None:
        shutil.rmtree(tiny.latest(tmp_path / "o"))
        calibrate(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(experiment_run, "_calibrate", take_away)
    assert main(["train", str(config), "--out", str(tmp_path / "o")]) == 4
    assert "internal" not in capsys.readouterr().err


def test_an_interrupt_while_the_run_is_made_leaves_no_half_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny.write_config(tmp_path)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(experiment_run, "start_manifest", interrupt)
    assert main(["train", str(config), "--out", str(tmp_path / "o")]) == 130
    assert list((tmp_path / "o/tiny").iterdir()) == []


def test_resume_takes_no_dry_run(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    unfinish(run)
    assert main(["train", "--resume", str(run), "--dry-run"]) == 2
    assert not (run / "weights.npz").exists()
    assert "--dry-run" in capsys.readouterr().err


def test_the_command_to_go_on_with_can_be_pasted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny.write_config(tmp_path)
    assert main(["train", str(config), "--out", str(tmp_path / "a b")]) == 0
    assert f"Next: neurospike evaluate '{tmp_path}/a b/" in capsys.readouterr().err


def test_divergence_is_said_once_and_not_by_numpy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny.write_config(tmp_path)
    steep = ["--set", "training.phases.0.loss.temperature=1e-300"]
    assert main(["-q", "train", str(config), "--out", str(tmp_path / "o"), *steep]) == 6
    assert capsys.readouterr().err.startswith("error: training diverged")
