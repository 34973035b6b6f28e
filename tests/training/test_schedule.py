"""Phases, early stopping and divergence, as the run directory tells them."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.commands import _progress
from neurospike_cli.learning.losses.cross_entropy import CrossEntropy
from tests.training import tiny

PHASES = (
    "training.phases=[{rule: surrogate_gradient, layers: [0], epochs: 2, batch_size: 8}, "
    "{rule: surrogate_gradient, layers: [1], epochs: 1, batch_size: 8}]"
)


def test_early_stopping_ends_a_phase_after_epochs_without_a_better_result(tmp_path: Path) -> None:
    """A learning rate below a float32's resolution changes nothing: epoch 1 stays the best."""
    options = ["epochs=50", "early_stopping=2", "optimizer.learning_rate=1e-12"]
    sets = [word for option in options for word in ("--set", f"training.phases.0.{option}")]
    run = tiny.train(tmp_path, *sets)
    assert [line["best"] for line in tiny.epochs_of(run)] == [True, False, False]
    assert "Stopped early" in (run / "run.log").read_text()


def test_phases_follow_each_other(tmp_path: Path) -> None:
    run = tiny.train(tmp_path, "--set", PHASES)
    assert [(line["phase"], line["epoch"]) for line in tiny.epochs_of(run)] == [
        *((0, 1), (0, 2), (1, 1))
    ]
    with np.load(run / "checkpoints/last.npz") as last:
        names = {name.removeprefix("state/m.") for name in last.files if "state/m." in name}
    assert names == {"output.weight"}


@pytest.mark.parametrize("after", [8, 9])  # the last batch of phase 0, the first of phase 1
def test_a_run_goes_on_across_phases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    whole = tiny.train(tmp_path / "whole", "--set", PHASES)
    seen: list[int] = []

    def count(self: _progress.LineObserver) -> None:
        seen.append(1)
        if len(seen) == after:
            os.kill(os.getpid(), signal.SIGINT)

    config = str(tiny.write_config(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(_progress.LineObserver, "batch_done", count)
        out = ["--out", str(tmp_path / "o")]
        assert main(["-q", "train", config, *out, "--set", PHASES]) == 130
    run = tiny.latest(tmp_path / "o")
    assert main(["-q", "train", "--resume", str(run)]) == 0
    assert (run / "weights.npz").read_bytes() == (whole / "weights.npz").read_bytes()
    assert tiny.epochs_of(run) == tiny.epochs_of(whole)


def test_divergence_ends_the_run_with_its_own_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def explode(self: CrossEntropy, scores: np.ndarray, labels: np.ndarray) -> tuple:
        return float("nan"), np.zeros_like(scores)

    monkeypatch.setattr(CrossEntropy, "evaluate", explode)
    config = str(tiny.write_config(tmp_path))
    assert main(["train", config, "--out", str(tmp_path / "o")]) == 6
    assert "learning_rate" in capsys.readouterr().err
    run = tiny.latest(tmp_path / "o")
    assert json.loads((run / "manifest.json").read_text())["status"] == "failed"
    assert not (run / "weights.npz").exists()


def test_a_rate_that_no_weights_reach_is_said(tmp_path: Path) -> None:
    """With 2 ms of refractory period and 1 ms steps no neuron exceeds a third of 1 kHz."""
    fast = "network.initialization.target_rate=1000"
    run = tiny.train(tmp_path, "--set", fast, "--set", "training.phases.0.epochs=1")
    assert (
        "not at the 1000 Hz of network.initialization.target_rate" in (run / "run.log").read_text()
    )


def test_an_epoch_line_names_silent_layers(tmp_path: Path) -> None:
    """A threshold a million volts away is never reached."""
    far = "network.readout.neuron={model: lif, v_thresh: 900000.0}"
    calm = "network.initialization.target_rate=0.001"
    run = tiny.train(tmp_path, "--set", far, "--set", calm, "--set", "training.phases.0.epochs=1")
    line = tiny.epochs_of(run)[0]
    assert "output" in line["silent"]
    assert "silent: " in (run / "run.log").read_text()
