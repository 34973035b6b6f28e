"""`neurospike generate` as it is typed."""

from __future__ import annotations

import json

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.events.loading import load_split
from neurospike_cli.events.sources.dataset import Dataset
from neurospike_cli.events.sources.synthetic import Synthetic
from neurospike_cli.events.split import SPLITS
from neurospike_cli.figures.event_preview import draw_streams

DATA = {
    "source": "synthetic",
    "sensor": {"width": 6, "height": 4},
    "duration": 30.0,
    "classes": {"right": {"pattern": "moving_bar"}, "spin": {"pattern": "rotating"}},
    "samples_per_class": 6,
    "noise": {"rate": 5.0},
}
TRAINING = {"phases": [{"rule": "surrogate_gradient", "epochs": 1}]}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    config = {"name": "small", "seed": 3, "data": DATA, "training": TRAINING}
    (tmp_path / "small.yaml").write_text(json.dumps(config))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    return main(list(arguments))


def test_training_on_the_files_is_training_on_the_source(folder, capsys):
    assert run("generate", "small.yaml", "--seed", "9") == 0
    out, _ = capsys.readouterr()
    assert out == "outputs/small-data\n"
    source, stored = Synthetic.model_validate(DATA), Dataset(root=out.strip(), duration=30.0)
    for name in SPLITS:
        made, read = load_split(source, name, 9), load_split(stored, name, 0)
        assert made.sha256 == read.sha256
        assert np.array_equal(made.recordings, read.recordings)
        assert np.array_equal(made.spikes.to_dense(), read.spikes.to_dense())
    assert (folder / out.strip() / "preview.png").read_bytes()[:4] == b"\x89PNG"


def test_one_json_document_says_what_was_made(folder, capsys):
    assert run("--json", "generate", "small.yaml", "--out", "here") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["path"] == "here"
    assert document["recordings"] == {"train": 8, "validation": 2, "test": 2}
    splits = ("test", "train", "validation")
    of_splits = [f"{split}.{kind}" for split in splits for kind in ("npz", "truth.npz")]
    assert sorted(document["sha256"]) == ["labels.csv", *of_splits]
    assert document["seed"] == 3


def test_the_preview_shows_the_first_training_recording_of_each_class(folder, monkeypatch):
    drawn = []

    def note(streams, names, signals):
        drawn.extend(zip([s.provenance for s in streams], names, signals, strict=True))
        return draw_streams(streams, names, signals)

    monkeypatch.setattr("neurospike_cli.figures.event_preview.draw_streams", note)
    assert run("generate", "small.yaml") == 0
    train = Synthetic.model_validate(DATA).partition(3)["train"].tolist()
    first = [next(i for i in train if i // 6 == label) % 6 for label in (0, 1)]
    assert drawn == [
        (f"synthetic right/{first[0]}", "right", None),
        (f"synthetic spin/{first[1]}", "spin", None),
    ]


def test_what_is_there_is_not_written_over(folder, capsys):
    (folder / "here").mkdir()
    assert run("generate", "small.yaml", "--out", "here") == 4
    assert "exists already" in capsys.readouterr().err
    assert list((folder / "here").iterdir()) == []


def test_nothing_half_written_remains(folder, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("neurospike_cli.figures._style.save_figure", full)
    assert run("generate", "small.yaml", "--out", "made/here") == 4
    assert "No space left" in capsys.readouterr().err
    assert list((folder / "made").iterdir()) == []


def test_a_class_too_small_is_a_config_error(folder, capsys):
    assert run("generate", "small.yaml", "--set", "data.samples_per_class=2") == 2
    assert "must be at least 3" in capsys.readouterr().err
    assert not (folder / "outputs").exists()


def test_the_preview_of_signals_shows_the_window_that_was_measured(folder, monkeypatch):
    """Two windows of 2 ms in each of four signals: the rows from the window's start on."""
    drawn = []

    def note(streams, names, signals):
        drawn.extend(zip(streams, signals, strict=True))
        return draw_streams(streams, names, signals)

    monkeypatch.setattr("neurospike_cli.figures.event_preview.draw_streams", note)
    for label, slope in (("down", -1.0), ("up", 1.0)):
        (folder / "in" / label).mkdir(parents=True)
        for i in range(4):
            rows = "\n".join(str(slope * row) for row in range(4))
            (folder / "in" / label / f"{i}.csv").write_text(f"a\n{rows}\n")
    data = {"source": "signals", "root": "in", "sampling_rate": 1000.0, "duration": 2.0}
    data |= {"windows": "all", "split_by": "time", "split": {"train": 0.5, "validation": 0.5}}
    data["split"] |= {"test": 0.0}
    data["measurement"] = {"threshold": 1.0, "threshold_mode": "absolute"}
    config = {"name": "small", "data": data, "training": TRAINING}
    (folder / "x.yaml").write_text(json.dumps(config))
    assert run("generate", "x.yaml") == 0
    for (stream, signal), slope in zip(drawn, (-1.0, 1.0), strict=True):
        assert signal.times.tolist() == [0.0, 1000.0]
        assert signal.values[:, 0].tolist() == [0.0, slope]
        assert stream.events["t"].tolist() == [1000]
