"""The arithmetic of predicted time; the times themselves are the machine's."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurospike_cli.config.load import load_experiment
from neurospike_cli.learning.surrogate_gradient import SurrogateGradient
from neurospike_cli.training import duration
from neurospike_cli.training.duration import Times
from neurospike_cli.training.preparation import TRAINING_SPLITS, prepare
from tests.training import tiny


def test_all_phases_count_with_validation_and_checkpoints() -> None:
    phases = (
        SurrogateGradient(epochs=10, batch_size=8),
        SurrogateGradient(epochs=1, batch_size=1000),
    )
    times = Times(calibration=5.0, batches=(0.5, 3.0), checkpoints=(0.2, 0.4), sample=0.01)
    # 100 samples are 12.5 batches of 8, or one of 100.
    first = 10 * (12.5 * 0.5 + 40 * 0.01 + 1.5 * 0.2)
    second = 1 * (1 * 3.0 + 40 * 0.01 + 1.5 * 0.4)
    end = (100 + 40) * 0.01
    samples = {"train": 100, "validation": 40, "test": 7}
    assert times.total(phases, samples) == pytest.approx(5.0 + first + second + end)


def test_no_further_batch_is_begun_without_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr(duration.time, "perf_counter", lambda: next(clock))
    assert duration._times([lambda: None] * 9) == [1, 1, 1]  # 2 s of patience


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_a_few_recordings_stand_for_all(tmp_path: Path, engine: str) -> None:
    overrides = [f"engine={engine}", "data.augmentations=[{type: shift, pixels: 1}]"]
    experiment = load_experiment(tiny.write_config(tmp_path), overrides).experiment
    prepared = prepare(experiment, TRAINING_SPLITS)
    samples = {"train": 28, "validation": 6, "test": 6}
    train = prepared.data["train"]
    assert duration.training_seconds(experiment, prepared.network, train, samples) > 0
