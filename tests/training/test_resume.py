"""Interrupted runs: Ctrl-C at any batch, and the bits after going on."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from neurospike_cli.cli import main
from neurospike_cli.commands import _progress
from neurospike_cli.runs.directory import RunDirectory, locked
from tests.training import tiny

BATCHES = 4  # 28 training samples in batches of 8


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.train(tmp_path_factory.mktemp("whole"))


def interrupted(folder: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> Path:
    """Train, with Ctrl-C once `after` batches are done, and return the run."""
    seen: list[int] = []

    def count(self: _progress.LineObserver) -> None:
        seen.append(1)
        if len(seen) == after:
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(_progress.LineObserver, "batch_done", count)
        config = tiny.write_config(folder)
        assert main(["-q", "train", str(config), "--out", str(folder / "o")]) == 130
    return tiny.latest(folder / "o")


def status(run: Path) -> str:
    manifest: dict[str, str] = json.loads((run / "manifest.json").read_text())
    return manifest["status"]


@pytest.mark.parametrize("after", [1, 3, BATCHES, BATCHES + 1, 3 * BATCHES])
def test_a_resumed_run_ends_with_the_same_bits(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    run = interrupted(tmp_path, monkeypatch, after)
    assert status(run) == "interrupted"
    assert not (run / "weights.npz").exists()
    assert main(["-q", "train", "--resume", str(run)]) == 0
    assert status(run) == "completed"
    assert (run / "weights.npz").read_bytes() == (whole / "weights.npz").read_bytes()
    assert tiny.epochs_of(run) == tiny.epochs_of(whole)


def test_a_damaged_checkpoint_falls_back_to_the_best(
    whole: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = interrupted(tmp_path, monkeypatch, 2 * BATCHES + 1)
    last = run / "checkpoints/last.npz"
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 1
    last.write_bytes(bytes(content))
    assert main(["train", "--resume", str(run)]) == 0
    assert "going on from the best checkpoint" in capsys.readouterr().err
    assert (run / "weights.npz").read_bytes() == (whole / "weights.npz").read_bytes()


def test_a_complete_run_is_left_alone(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (whole / "manifest.json").read_bytes()
    assert main(["train", "--resume", str(whole)]) == 0
    assert capsys.readouterr().out == f"{whole}\n"
    assert (whole / "manifest.json").read_bytes() == before


def test_a_folder_of_runs_means_its_latest(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--resume", str(whole.parent)]) == 0
    assert capsys.readouterr().out == f"{whole}\n"


def test_resuming_with_another_config_names_the_difference(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = ["--set", "network.hidden.0.size=13"]
    assert main(["train", "--resume", str(whole), *changed]) == 4
    assert "network.hidden.0.size: 12 in the run, 13 now" in capsys.readouterr().err


def test_a_run_in_use_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = interrupted(tmp_path, monkeypatch, 2)
    with locked(RunDirectory(run)):
        assert main(["train", "--resume", str(run)]) == 4
    assert f"locked by process {os.getpid()}" in capsys.readouterr().err
    assert status(run) == "interrupted"


def test_a_folder_that_is_no_run_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--resume", str(tmp_path)]) == 4
    assert "no run found" in capsys.readouterr().err
