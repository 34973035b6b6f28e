"""Predicted memory: against what real processes take, and what happens where it is not there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.config.load import load_experiment
from neurospike_cli.engine.engine import Needs
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.events.loading import load_sample
from neurospike_cli.training import machine, memory
from neurospike_cli.training.memory import Memory, in_turn, predict
from tests.events.made_images import write_images
from tests.training import tiny

#: Wide input, large batches and weights: far above what the process itself takes.
LARGE = """\
name: large
data:
  source: synthetic
  sensor: {width: 64, height: 64}
  duration: 100.0
  classes:
    right: {pattern: moving_bar, direction: 0.0, velocity: 1.0}
    left: {pattern: moving_bar, direction: 180.0, velocity: 1.0}
  samples_per_class: 70
  noise: {rate: 5.0}
network:
  hidden: [{size: 1024}, {size: 512, neuron: {model: adaptive_lif}}]
training:
  phases:
    - {rule: surrogate_gradient, epochs: 1, batch_size: 64, surrogate: {type: triangle}}
figures: []
"""


#: Runs a command and prints its peak. A process begins with the peak of the one that it was forked
#: from, so that the tests' own, which may be large, must not start it.
LAUNCHER = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
assert child.returncode == 0
print(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


def peak_of_training(config: Path, out: Path, *changes: str) -> int:
    """Return the largest resident memory of a `neurospike train` of its own, in bytes."""
    words = [sys.executable, "-m", "neurospike_cli", "-q", "train", str(config), "--out", str(out)]
    launch = [sys.executable, "-c", LAUNCHER, *words, *changes]
    return int(subprocess.run(launch, capture_output=True, check=True).stdout)


def predicted(config: Path, *changes: str) -> int:
    """Return what a process of its own predicts: this one holds the libraries of all tests."""
    words = [sys.executable, "-m", "neurospike_cli", "-q", "--json", "train", "--dry-run"]
    said = subprocess.run([*words, str(config), *changes], capture_output=True, check=True)
    return int(json.loads(said.stdout)["memory_bytes"])


@pytest.mark.parametrize(
    "changes",
    [
        ("engine=numpy",),
        ("engine=numpy", "precision=float64", "training.phases.0.batch_size=16"),
        ("engine=compiled",),
    ],
    ids=" ".join,
)
def test_prediction_meets_the_peak_of_the_process(changes: tuple[str, ...], tmp_path: Path) -> None:
    config = tmp_path / "large.yaml"
    config.write_text(LARGE)
    options = [word for change in changes for word in ("--set", change)]
    predicted(config, *options)  # compiles where that is needed, which takes more memory
    expected = predicted(config, *options)
    measured = peak_of_training(config, tmp_path / "o", *options)
    # What is promised. Beyond the arrays that are counted, the allocator keeps freed blocks of up
    # to some 10 MB, and libraries differ by as much.
    assert expected == pytest.approx(measured, rel=0.2)
    assert measured > 150e6  # more than the process: the arrays are what is tested


@pytest.mark.parametrize("encoder", ["{type: rate, max_rate: 200}", "{type: latency}"])
def test_prediction_meets_the_peak_of_images(encoder: str, tmp_path: Path) -> None:
    """Forty million pixels are held, and batches are made of a part of them."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (2000, 120, 160), dtype=np.uint8)
    write_images(tmp_path / "data", images, np.arange(2000, dtype=np.uint8) % 2)
    config = tmp_path / "images.yaml"
    config.write_text(
        "name: images\n"
        f"data: {{source: images, root: {tmp_path / 'data'}, classes: 2, duration: 40.0,\n"
        f"  split: {{train: 0.1, validation: 0.05, test: 0.85}}, encoder: {encoder}}}\n"
        "network: {hidden: [{size: 64}]}\n"
        "training: {phases: [{rule: surrogate_gradient, epochs: 1, batch_size: 64}]}\n"
        "engine: numpy\n"
        "figures: []\n"
    )
    expected, measured = predicted(config), peak_of_training(config, tmp_path / "o")
    assert expected == pytest.approx(measured, rel=0.2)  # as above
    assert measured > 150e6


@pytest.mark.parametrize("figures", ["null", "[]", "[raster]"])
def test_prediction_meets_a_peak_that_drawing_makes(figures: str, tmp_path: Path) -> None:
    """A small network, in an engine without compiled code: figures take more than training."""
    config = tmp_path / "small.yaml"
    config.write_text(LARGE.replace("64, height: 64", "16, height: 16").replace("1024", "32"))
    options = ["--set", "engine=numpy", "--set", f"figures={figures}"]
    expected = predicted(config, *options)
    # As above.
    assert expected == pytest.approx(peak_of_training(config, tmp_path / "o", *options), rel=0.2)


def prediction(tmp_path: Path, *overrides: str) -> Memory:
    """Return what is predicted for the tiny experiment in one batch, in a process of 0 bytes."""
    changes = ["training.phases.0.batch_size=200", *overrides]
    experiment = load_experiment(tiny.write_config(tmp_path), changes).experiment
    train = load_sample(experiment.data, "train", experiment.seed, 1000)
    samples = {"train": 200, "validation": 6, "test": 6}
    return predict(experiment, engine_named(experiment.engine), 0, train, samples)


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_what_is_as_large_as_the_weights_follows_from_their_number(
    tmp_path: Path, engine: str
) -> None:
    small, large = (
        prediction(tmp_path, f"engine={engine}", f"network.hidden=[{{size: {size}}}]")
        for size in (1000, 2000)
    )
    # Weight, gradient in two halves and two moments of 4 bytes. A thousand neurons more have 36
    # inputs and 2 outputs each. With NumPy the halves are those of the larger array alone, and a
    # live mark for each of the rows is small.
    expected = 5 * 4 * 1000 * 38
    assert large.weights - small.weights == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_a_batch_follows_from_its_size_and_not_from_the_inputs(tmp_path: Path, engine: str) -> None:
    # Larger than the 64 samples of an evaluation, which share its memory.
    size = "training.phases.0.batch_size={}", "data.samples_per_class=1000"
    half, whole, wide = (
        predict_batch(tmp_path, engine, *changes)
        for changes in (
            (size[0].format(100), "network.hidden.0.size=100"),
            (size[0].format(200), "network.hidden.0.size=100"),
            (size[0].format(200), "network.hidden.0.size=100", "data.sensor.width=60"),
        )
    )
    # Evaluation has a part of its own, and a few arrays do not grow with the samples.
    assert 1.7 < whole / half < 2.05
    # 30 steps of 60 × 6 channels as numbers would be four times what 100 neurons record.
    assert wide < 1.7 * whole


def predict_batch(tmp_path: Path, engine: str, *overrides: str) -> int:
    experiment = load_experiment(
        tiny.write_config(tmp_path), [f"engine={engine}", *overrides]
    ).experiment
    train = load_sample(experiment.data, "train", experiment.seed, 20)
    samples = {"train": 1400, "validation": 64, "test": 64}
    return predict(experiment, engine_named(engine), 0, train, samples).batch


def test_the_peak_is_that_of_training_reading_or_drawing() -> None:
    assert Memory(1, 2, 3, 4, reading=0, figures=0).peak == 1 + 2 + 3 + 4
    assert Memory(1, 2, 3, 4, reading=50, figures=0).peak == 1 + 2 + 50
    assert Memory(1, 2, 3, 4, reading=0, figures=60).peak == 1 + 60


def test_what_is_kept_adds_up_and_what_passes_does_not() -> None:
    batch, evaluation = Needs({"a": 1, "b": 5}, {"x": 7}), Needs({"a": 4}, {"y": 2})
    assert list(in_turn([batch, evaluation, batch])) == [
        {"a": 1, "b": 5, "x": 7},
        {"a": 4, "b": 5, "y": 2},
        {"a": 4, "b": 5, "x": 7},
    ]


@pytest.fixture
def small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 20_000_000)


@pytest.mark.usefixtures("small_machine")
@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_training_that_does_not_fit_is_refused_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    config, out = str(tiny.write_config(tmp_path)), tmp_path / "o"
    changes = ["--set", "training.phases.0.batch_size=20", "--set", "network.hidden.0.size=3000"]
    assert main(["train", config, "--out", str(out), *options, *changes]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(r"error: training would take about \d\.\d\d GB of memory; 0\.02 GB", said.err)
    assert "training.phases.0.batch_size, network.hidden.0.size" in said.err
    assert not out.exists()


@pytest.mark.usefixtures("small_machine")
def test_a_run_that_does_not_fit_any_more_is_not_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "available_bytes", machine.available_bytes)
        run = tiny.train(tmp_path)
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"status": "interrupted"}))
    assert main(["train", "--resume", str(run)]) == 2
    assert "GB are available" in capsys.readouterr().err


def test_inspect_says_what_does_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("neurospike_cli.training.estimate.available_bytes", lambda: 20_000_000)
    assert main(["--json", "inspect", str(tiny.write_config(tmp_path))]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["memory"].endswith("only 20 MB are available: training will not start")
    assert document["training"] == "not tried"


def test_what_is_available_is_more_than_what_is_held() -> None:
    assert 10_000_000 < machine.resident_bytes() < machine.available_bytes()


@pytest.mark.parametrize(
    ("line", "folder", "files", "left"),
    [
        ("0::/a/b", "sys/fs/cgroup/a", ("memory.max", "memory.current", "inactive_file"), [700]),
        ("0::/a", "sys/fs/cgroup", ("memory.max", "memory.current", "inactive_file"), [700]),
        (
            "4:memory:/a",
            "sys/fs/cgroup/memory/a",
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
            [700],
        ),
        ("3:cpu:/a", "sys/fs/cgroup/cpu/a", ("memory.max", "memory.current", "x"), []),
    ],
)
def test_limits_of_control_groups_count(
    tmp_path: Path, line: str, folder: str, files: tuple[str, str, str], left: list[int]
) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(f"{line}\n")
    group = tmp_path / folder
    group.mkdir(parents=True)
    (group / "memory.stat").write_text(f"anon 5\n{files[2]} 100\n")
    for name, value in zip(files, ("1000", "400"), strict=False):
        (group / name).write_text(f"{value}\n")
    # Files that are kept but not in use are made room of: 1000 - (400 - 100).
    assert list(machine.group_bytes(tmp_path)) == left
    (group / files[0]).write_text("max\n")
    assert list(machine.group_bytes(tmp_path)) == []
