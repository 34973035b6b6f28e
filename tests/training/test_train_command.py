"""`train`: what a run directory holds, and that it repeats bit for bit."""

from __future__ import annotations

import hashlib
import json
import tomllib
import zipfile
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.config.load import load_experiment
from tests.training import tiny

FILES = {
    "config.source.yaml",
    "config.resolved.yaml",
    "manifest.json",
    "metrics.jsonl",
    "summary.json",
    "network.json",
    "activity.npz",
    "weights.npz",
    "run.log",
    ".lock",
    "checkpoints/last.npz",
    "checkpoints/best.npz",
    "evaluation/train.json",
    "evaluation/validation.json",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.train(tmp_path_factory.mktemp("run"))


def test_a_run_holds_what_the_interface_says(run: Path) -> None:
    found = {str(p.relative_to(run)) for p in run.rglob("*") if p.is_file()}
    assert found == FILES
    assert (run / "config.source.yaml").read_text() == tiny.CONFIG


def test_the_manifest_hashes_every_output_file(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["status"] == "completed"
    assert set(manifest["files"]) == FILES - {"manifest.json", "run.log", ".lock"}
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((run / name).read_bytes()).hexdigest() == digest


def test_numbers_of_the_summary_are_those_of_the_evaluations(run: Path) -> None:
    summary = json.loads((run / "summary.json").read_text())
    for split in ("train", "validation"):
        document = json.loads((run / "evaluation" / f"{split}.json").read_text())
        assert summary["splits"][split] == document
        confusion = np.array(document["confusion"])
        assert confusion.sum() == document["samples"]
        assert document["accuracy"] == np.trace(confusion) / document["samples"]
    assert summary["splits"]["train"]["samples"] == 28  # 0.7 of 40
    best = tiny.epochs_of(run)[summary["best_epoch"] - 1]
    assert best["validation"]["accuracy"] == summary["splits"]["validation"]["accuracy"]
    assert best["validation"]["loss"] == summary["splits"]["validation"]["loss"]


def test_weights_are_those_of_the_best_checkpoint(run: Path) -> None:
    with np.load(run / "weights.npz") as weights, np.load(run / "checkpoints/best.npz") as best:
        assert set(weights.files) == {"hidden.0.weight", "hidden.0.recurrent", "output.weight"}
        for name in weights.files:
            np.testing.assert_array_equal(weights[name], best[f"weights/{name}"])


def test_training_does_not_read_the_test_split(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text())
    assert set(manifest["data_sha256"]) == {"train", "validation"}


def test_the_same_config_gives_the_same_bytes(run: Path, tmp_path: Path) -> None:
    again = tiny.train(tmp_path)
    for name in ("weights.npz", "activity.npz", "evaluation/validation.json", "network.json"):
        assert (again / name).read_bytes() == (run / name).read_bytes(), name
    assert tiny.epochs_of(again) == tiny.epochs_of(run)


def test_the_resolved_config_runs_alone_and_gives_the_same_weights(
    run: Path, tmp_path: Path
) -> None:
    config = str(run / "config.resolved.yaml")
    assert main(["-q", "train", config, "--out", str(tmp_path)]) == 0
    assert (tiny.latest(tmp_path) / "weights.npz").read_bytes() == (
        run / "weights.npz"
    ).read_bytes()


def test_another_seed_gives_other_weights(run: Path, tmp_path: Path) -> None:
    other = tiny.train(tmp_path, "--seed", "4")
    assert (other / "weights.npz").read_bytes() != (run / "weights.npz").read_bytes()


def test_stdout_is_the_run_directory_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny.write_config(tmp_path)
    assert main(["train", str(config), "--out", str(tmp_path / "o")]) == 0
    out, err = capsys.readouterr()
    assert out == f"{tiny.latest(tmp_path / 'o')}\n"
    epochs = [line for line in err.splitlines() if line.startswith("Epoch")]
    assert len(epochs) == 3
    assert "\r" not in err
    assert "\x1b" not in err


def test_json_is_one_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tiny.write_config(tmp_path)
    assert main(["train", str(config), "--out", str(tmp_path / "o"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["run"] == str(tiny.latest(tmp_path / "o"))
    assert document["epochs"] == 3


def test_dry_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tiny.write_config(tmp_path)
    out = tmp_path / "o"
    assert main(["train", str(config), "--out", str(out), "--dry-run"]) == 0
    assert not out.exists()
    assert "neurons 14" in capsys.readouterr().out


def test_what_became_of_events_is_said_at_the_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny.write_config(tmp_path)
    encoder = "data.encoder={type: binary, dt: 2.0, polarity: on_only, pool: 3}"
    assert main(["train", str(config), "--dry-run", "--set", encoder]) == 0
    said = capsys.readouterr().err
    experiment = load_experiment(config, []).experiment
    for split in ("train", "validation"):
        indices = experiment.data.partition(3)[split]
        events = [experiment.data.read(int(i), 3).events for i in indices]
        off = sum(int((e["p"] == 0).sum()) for e in events)
        # A spike is one of a step of 2 ms and a square of 3 px.
        on = [e[e["p"] == 1] for e in events]
        cells = [set(zip(e["t"] // 2000, e["y"] // 3, e["x"] // 3, strict=True)) for e in on]
        merged = sum(map(len, on)) - sum(map(len, cells))
        assert merged > 0
        assert f"{split}: {off} events left out: OFF, and the polarity is `on_only`\n" in said
        assert f"{split}: {merged} events share the spike of an earlier one (merged)\n" in said
    assert "dropped" not in said


def test_weights_hold_no_pickle(run: Path) -> None:
    with zipfile.ZipFile(run / "weights.npz") as archive:
        assert not any(b"cnumpy" in archive.read(name) for name in archive.namelist())


def test_an_output_folder_that_is_a_file_is_refused_before_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny.write_config(tmp_path)
    (tmp_path / "o").write_text("")
    assert main(["train", str(config), "--out", str(tmp_path / "o")]) == 4
    assert "cannot make the run directory" in capsys.readouterr().err


def test_precision_and_name_are_those_asked_for(tmp_path: Path) -> None:
    config, out = str(tiny.write_config(tmp_path)), tmp_path / "o"
    double = ["--name", "double", "--set", "precision=float64"]
    assert main(["-q", "train", config, "--out", str(out), *double]) == 0
    (run,) = (path.parent for path in (out / "double").glob("*/weights.npz"))
    with np.load(run / "weights.npz") as weights:
        assert {weights[name].dtype for name in weights.files} == {np.dtype(np.float64)}
    assert json.loads((run / "manifest.json").read_text())["name"] == "double"


@pytest.mark.parametrize(
    "change",
    [
        "optimizer={type: sgd, learning_rate: 0.1}",
        "surrogate={type: triangle, slope: 2.0}",
        "detach_reset=false",
    ],
)
def test_every_choice_of_a_phase_changes_what_is_learned(
    run: Path, tmp_path: Path, change: str
) -> None:
    other = tiny.train(tmp_path, "--set", f"training.phases.0.{change}")
    with np.load(run / "weights.npz") as plain, np.load(other / "weights.npz") as changed:
        assert all(np.isfinite(changed[name]).all() for name in changed.files)
        assert any(not np.array_equal(plain[name], changed[name]) for name in plain.files)


def test_the_manifest_has_the_version_of_every_requirement(run: Path) -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    names = {need.partition(">=")[0] for need in project["dependencies"]}
    versions = json.loads((run / "manifest.json").read_text())["versions"]
    assert set(versions) == {"python", project["name"], *names}
    assert versions["numpy"] == np.__version__
