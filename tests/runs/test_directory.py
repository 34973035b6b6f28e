"""Run directories and the files in them: exclusive, whole, found again."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.atomic import write_text, write_with
from neurospike_cli.errors import RunError
from neurospike_cli.runs import directory
from neurospike_cli.runs.checkpoint import Progress, read_checkpoint, write_checkpoint
from neurospike_cli.runs.directory import create_run, mark_latest
from neurospike_cli.runs.locate import find_run


def test_runs_of_one_second_have_different_names(tmp_path: Path) -> None:
    runs = [create_run(tmp_path, "x", "0123456789abcdef") for _ in range(20)]
    assert len({run.path for run in runs}) == 20
    assert all("-01234567-" in run.path.name for run in runs)


def test_a_number_that_is_taken_is_drawn_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(["0000", "0000", "0001"])
    monkeypatch.setattr(directory.secrets, "token_hex", lambda count: next(numbers))
    names = [create_run(tmp_path, "x", "0123456789abcdef").path.name[-4:] for _ in range(2)]
    assert names == ["0000", "0001"]


def test_the_latest_run_is_found_by_its_folder(tmp_path: Path) -> None:
    run = create_run(tmp_path, "x", "0123456789abcdef")
    for name in ("manifest.json", "config.resolved.yaml"):
        (run.path / name).write_text("{}")
    mark_latest(run)
    assert find_run(tmp_path / "x") == run.path


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_text(path, "before")

    def break_off(file: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(RunError, match="No space left"):
        write_with(path, break_off)
    assert path.read_text() == "before"
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 - hidden files count


def test_a_written_file_has_the_usual_rights(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "x")
    (tmp_path / "b").write_text("x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_checkpoint_comes_back_with_every_bit(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    weights = {"hidden.0.weight": rng.standard_normal((3, 2)).astype("f4")}
    state = {"m.hidden.0.weight": rng.standard_normal((3, 2)), "t": np.array([7.0])}
    progress = Progress(phase=1, epoch=2, batch=3, loss=0.1 + 0.2, best_accuracy=1 / 3)
    write_checkpoint(tmp_path / "c.npz", progress, weights, state)
    read = read_checkpoint(tmp_path / "c.npz")
    assert read.progress == progress
    for found, expected in ((read.weights, weights), (read.state, state)):
        assert set(found) == set(expected)
        for name, array in expected.items():
            assert found[name].dtype == array.dtype
            np.testing.assert_array_equal(found[name], array)


def test_what_is_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no run found"):
        find_run(tmp_path)
    with pytest.raises(RunError, match="no such run or config"):
        find_run(tmp_path / "none")
