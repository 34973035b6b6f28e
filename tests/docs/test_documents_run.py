"""What the README and the configs promise is run, made small enough for a test."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.config.load import load_experiment
from neurospike_cli.registry import module_names

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONFIGS = sorted((ROOT / "configs").rglob("*.yaml"))
DATA = os.environ.get("NEUROSPIKE_DATA")

#: Laid over every training that a document shows.
SMALL = ["training.phases.0.epochs=1"]
SMALL_SYNTHETIC = [*SMALL, "data.samples_per_class=8"]
#: Where the recordings of a source are, below NEUROSPIKE_DATA.
FOLDERS = {"images": "mnist", "nmnist": "nmnist"}
#: And where those of a config of signals are, by its name.
SIGNALS = {"emg": "emg_gestures", "japanese_vowels": "uea/JapaneseVowels_TRAIN.ts"}
#: What makes a source's data small, of 8 samples a class elsewhere.
FEW = {"images": "data.samples=200"}


TRAINING = """\
  split: {train: 0.5, validation: 0.25, test: 0.25}
network: {hidden: [{size: 8}]}
training: {phases: [{rule: surrogate_gradient, epochs: 1}]}
figures: []
"""
PLASTIC = """\
name: x
data:
  source: rate_code
  groups: [30]
  classes: {low: [[5.0]], high: [[40.0]]}
network:
  hidden:
    - size: 10
      initial_weights: {low: 0.0, high: 0.3}
LAYER
  readout: {type: spike_count, initial_weights: {low: 0.0, high: 0.3}}
"""


def blocks(language: str) -> list[str]:
    """Return the code blocks of the README in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def arguments(overrides: list[str]) -> list[str]:
    return [word for override in overrides for word in ("--set", override)]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the configs, as a user has it in front of him."""
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_of_the_readme_run(project: Path) -> None:
    lines = [line for block in blocks("console") for line in block.splitlines()]
    commands = [shlex.split(line.removeprefix("$ neurospike")) for line in lines]
    assert [words[0] for words in commands] == [
        *("train", "evaluate", "plot", "train", "train", "inspect")
    ]
    for words in commands:
        small = arguments(SMALL_SYNTHETIC) if words[0] == "train" else []
        assert main([*words, *small]) == 0, words
    assert len(list((project / "outputs/quickstart").glob("*/figures/raster.png"))) == 1


def test_the_experiment_of_the_readme_trains(project: Path) -> None:
    (project / "x.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    assert main(["-q", "train", "x.yaml", *arguments(SMALL_SYNTHETIC)]) == 0


def test_recordings_of_ones_own_train(project: Path) -> None:
    """The README's block, with two folders of recordings in text: 4 of 450 ms in each class."""
    rng = np.random.default_rng(0)
    for name, side in (("left", 0), ("right", 4)):
        (project / name).mkdir()
        for i in range(4):
            times = np.sort(rng.choice(450_000, 300, replace=False))
            rows = [f"{t},{side + rng.integers(4)},{rng.integers(4)},1" for t in times]
            (project / name / f"{i}.csv").write_text("t,x,y,p\n" + "\n".join(rows) + "\n")
    (data,) = (block for block in blocks("yaml") if "source: recordings" in block)
    text = "name: own\n" + data.replace("path/to/recordings", "own") + TRAINING
    (project / "own").mkdir()
    for name in ("left", "right"):
        (project / name).rename(project / "own" / name)
    (project / "x.yaml").write_text(text, encoding="utf-8")
    assert main(["-q", "train", "x.yaml", "--set", "data.sensor={width: 8, height: 4}"]) == 0
    (run,) = (project / "outputs/own").glob("*/evaluation/train.json")
    # 2 of the 4 recordings of each class are for training; each has 4 whole windows of 100 ms.
    assert json.loads(run.read_text())["samples"] == 2 * 2 * 4


def test_signals_of_ones_own_train(project: Path) -> None:
    """The README's block, with two folders of tables: 4 of 250 ms in each class."""
    rng = np.random.default_rng(0)
    for name, strength in (("calm", 0.1), ("wild", 1.0)):
        (project / "own" / name).mkdir(parents=True)
        for i in range(4):
            rows = "\n".join(f"{a},{b}" for a, b in strength * rng.normal(size=(250, 2)))
            (project / "own" / name / f"{i}.csv").write_text(f"left,right\n{rows}\n")
    (data,) = (block for block in blocks("yaml") if "source: signals" in block)
    text = "name: own\n" + data.replace("path/to/signals", "own") + TRAINING
    (project / "x.yaml").write_text(text, encoding="utf-8")
    assert main(["-q", "train", "x.yaml"]) == 0
    (run,) = (project / "outputs/own").glob("*/evaluation/train.json")
    # 2 of the 4 tables of each class are for training; each has 2 whole windows of 100 ms.
    assert json.loads(run.read_text())["samples"] == 2 * 2 * 2


def test_pictures_of_ones_own_train(project: Path) -> None:
    """The README's block, with four folders of eleven pictures in each class."""
    v3 = pytest.importorskip("imageio.v3")
    for name, step in (("left", -2), ("right", 2)):
        for i in range(4):
            (project / "own" / name / str(i)).mkdir(parents=True)
            for k in range(11):
                picture = np.zeros((24, 32), np.uint8)
                picture[4 + 3 * i : 12 + 3 * i, 16 + step * (k - 5) :][:, :4] = 255
                v3.imwrite(project / "own" / name / str(i) / f"{k}.png", picture)
    (data,) = (block for block in blocks("yaml") if "source: videos" in block)
    text = "name: own\n" + data.replace("path/to/videos", "own") + TRAINING
    (project / "x.yaml").write_text(text, encoding="utf-8")
    assert main(["-q", "train", "x.yaml"]) == 0
    (run,) = (project / "outputs/own").glob("*/evaluation/train.json")
    assert json.loads(run.read_text())["samples"] == 4


def test_the_phases_of_the_page_of_plasticity_are_valid(tmp_path: Path) -> None:
    page = (ROOT / "docs/plasticity.md").read_text(encoding="utf-8")
    shown = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    phases = [block for block in shown if block.startswith("training:")]
    layers = [block for block in shown if not block.startswith("training:")]
    assert (len(phases), len(layers)) == (2, 1)
    for phase in phases:
        path = tmp_path / "x.yaml"
        path.write_text(PLASTIC.replace("LAYER", layers[0].rstrip()) + phase, encoding="utf-8")
        experiment = load_experiment(path).experiment
        assert experiment.network.hidden[0].winners == 1
        assert f"rule: {experiment.training.phases[0].component_name}\n" in phase


def test_the_python_block_runs_as_it_stands(project: Path) -> None:
    (block,) = blocks("python")
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)
    assert names["prediction"] in range(10)
    assert (project / "model.npy").exists()
    assert "neurons 394   connections 66,816" in names["network"].summary()  # type: ignore[attr-defined]


def test_the_readme_names_every_command() -> None:
    for name in module_names("neurospike_cli.commands"):
        assert f"| `{name}" in README


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_a_config_begins_with_what_to_expect(config: Path) -> None:
    comment = "".join(
        line for line in config.read_text(encoding="utf-8").splitlines() if line.startswith("#")
    )
    for promise in ("Shows:", "neurospike train", "Takes:", "Expect:", "%"):
        assert promise in comment
    assert "EXPECT" not in comment


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_a_config_trains(config: Path, project: Path) -> None:
    experiment = load_experiment(config).experiment
    source = experiment.data.component_name
    folder = FOLDERS.get(source, SIGNALS.get(config.stem))
    if folder is not None and DATA is None:
        pytest.skip("NEUROSPIKE_DATA is not set")
    small = [f"training.phases.{i}.epochs=1" for i in range(len(experiment.training.phases))]
    small.append(FEW.get(source, "data.samples_per_class=8"))
    small += [] if folder is None else [f"data.root={DATA}/{folder}"]
    own = project / config.relative_to(ROOT)
    assert main(["-q", "train", str(own), *arguments(small)]) == 0
    assert len(list((project / "outputs" / experiment.name).glob("*/summary.json"))) == 1
