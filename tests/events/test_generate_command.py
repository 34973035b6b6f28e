"""`neurospike generate` as it is typed."""

from __future__ import annotations

import json
import subprocess
import sys

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
CONFIG = {"name": "small", "seed": 3, "data": DATA, "training": TRAINING}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "small.yaml").write_text(json.dumps(CONFIG))
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
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert "Next: train on it with `data: {source: dataset, root: here}`" in err
    assert document["path"] == "here"
    assert document["recordings"] == {"train": 8, "validation": 2, "test": 2}
    assert sorted(document["sha256"]) == ["labels.csv", "test.npz", "train.npz", "validation.npz"]
    assert document["version"] == 2
    assert document["seed"] == 3


def test_the_preview_shows_the_first_training_recording_of_each_class(folder, monkeypatch):
    drawn = []

    def note(streams, names, signals, classes):
        assert signals == [None] * len(streams)
        assert classes == 2
        drawn.extend(zip(streams, names, strict=True))
        return draw_streams(streams, names, signals, classes)

    monkeypatch.setattr("neurospike_cli.figures._contact_sheet.draw_streams", note)
    assert run("generate", "small.yaml") == 0
    source = Synthetic.model_validate(DATA)
    train = source.partition(3)["train"].tolist()
    first = [next(i for i in train if i // 6 == label) for label in (0, 1)]
    assert [(s.events.tolist(), s.label, name) for s, name in drawn] == [
        (source.read(first[0], 3).events.tolist(), 0, "right"),
        (source.read(first[1], 3).events.tolist(), 1, "spin"),
    ]


def test_there_is_a_sheet_for_each_class(folder):
    assert run("generate", "small.yaml", "--out", "here") == 0
    sheets = sorted((folder / "here" / "classes").iterdir())
    assert [path.name for path in sheets] == ["right.png", "spin.png"]
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in sheets)


def test_what_is_there_is_not_written_over(folder, capsys):
    (folder / "here").mkdir()
    assert run("generate", "small.yaml", "--out", "here") == 4
    assert "exists already" in capsys.readouterr().err
    assert list((folder / "here").iterdir()) == []


def files_of(path):
    return {file.relative_to(path): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def test_a_full_disk_leaves_what_is_finished_and_resume_goes_on(folder, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    assert run("generate", "small.yaml", "--out", "at_once") == 0
    with monkeypatch.context() as broken:
        broken.setattr("neurospike_cli.figures._style.save_figure", full)
        assert run("generate", "small.yaml", "--out", "made/here") == 4
    said = capsys.readouterr().err
    assert "No space left" in said
    assert "the same command with --resume goes on" in said
    assert [path.name for path in (folder / "made").iterdir()] == ["here.partial"]
    assert run("generate", "small.yaml", "--out", "made/here") == 4
    assert "was begun and is not finished" in capsys.readouterr().err
    assert run("generate", "small.yaml", "--out", "made/here", "--resume") == 0
    assert [path.name for path in (folder / "made").iterdir()] == ["here"]
    assert files_of(folder / "made" / "here") == files_of(folder / "at_once")


def test_resume_of_what_is_complete_does_nothing(folder, capsys):
    assert run("generate", "small.yaml", "--out", "here", "--resume") == 0
    before = (folder / "here").stat().st_mtime_ns
    capsys.readouterr()
    assert run("--json", "generate", "small.yaml", "--out", "here", "--resume") == 0
    out, err = capsys.readouterr()
    assert "complete; nothing to do" in err
    assert json.loads(out)["recordings"] == {"train": 8, "validation": 2, "test": 2}
    assert (folder / "here").stat().st_mtime_ns == before


def test_resume_of_another_data_set_says_what_differs(folder, capsys):
    assert run("generate", "small.yaml", "--out", "here") == 0
    arguments = ["--seed", "9", "--set", "data.noise.rate=6.0", "--out", "here", "--resume"]
    assert run("generate", "small.yaml", *arguments) == 4
    said = capsys.readouterr().err
    assert "data.noise.rate: 5.0 in the folder, 6.0 now; seed: 3 in the folder, 9 now" in said


@pytest.fixture(scope="module")
def at_once(tmp_path_factory):
    """The files of a data set that was made without a stop."""
    path = tmp_path_factory.mktemp("at_once")
    (path / "small.yaml").write_text(json.dumps(CONFIG))
    arguments = ["--out", str(path / "here"), "--workers", "2"]
    assert run("generate", str(path / "small.yaml"), *arguments) == 0
    return files_of(path / "here")


SCRIPT = """
import os, signal, sys
from neurospike_cli.cli import main
from neurospike_cli.events.stored import dataset_generation

write, made = dataset_generation.write_shard, []

def stop_after_three(*arguments):
    write(*arguments)
    made.append(1)
    if len(made) == 3:
        os.kill(os.getpid(), getattr(signal, sys.argv[1]))

dataset_generation.write_shard = stop_after_three
sys.exit(main(["generate", "small.yaml", "--out", "here", "--workers", "1"]))
"""


@pytest.mark.parametrize(("name", "code"), [("SIGKILL", -9), ("SIGINT", 130), ("SIGTERM", 130)])
def test_a_process_that_is_killed_is_taken_up_again(folder, at_once, name, code):
    command = [sys.executable, "-c", SCRIPT, name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    if code == 130:
        assert "interrupted; 2 of 12 recordings are kept" in done.stderr
        assert "here.partial" in done.stderr
        assert "--resume goes on" in done.stderr
    assert len(list((folder / "here.partial" / "pieces").iterdir())) == 3
    assert run("generate", "small.yaml", "--out", "here", "--resume") == 0
    assert files_of(folder / "here") == at_once


def test_damaged_data_leaves_what_is_finished(folder, capsys):
    for name in ("left", "right"):
        (folder / "in" / name).mkdir(parents=True)
        for i in range(4):
            path = folder / "in" / name / f"{i}.csv"
            path.write_text("t_us,x,y,p\n" + "".join(f"{k},{i},1,1\n" for k in range(5)))
    data = {"source": "recordings", "root": "in", "sensor": {"width": 6, "height": 4}}
    (folder / "files.yaml").write_text(json.dumps(CONFIG | {"name": "files", "data": data}))
    whole = (folder / "in" / "right" / "3.csv").read_bytes()
    (folder / "in" / "right" / "3.csv").write_bytes(b"t_us,x,y,p\nnothing\n")
    assert run("generate", "files.yaml", "--out", "here") == 3
    said = capsys.readouterr().err
    assert "3.csv" in said
    assert "of 8 recordings are kept; once the data is mended, the same command" in said
    (folder / "in" / "right" / "3.csv").write_bytes(whole)
    assert run("generate", "files.yaml", "--out", "here", "--resume") == 0
    assert sum(Dataset(root="here")._stored.manifest.events.values()) == 40


def test_a_class_too_small_is_a_config_error(folder, capsys):
    assert run("generate", "small.yaml", "--set", "data.samples_per_class=2") == 2
    assert "must be at least 3" in capsys.readouterr().err
    assert not (folder / "outputs").exists()


def test_the_preview_of_signals_shows_the_window_that_was_measured(folder, monkeypatch):
    """Two windows of 2 ms in each of four signals: the rows from the window's start on."""
    drawn = []

    def note(streams, names, signals, classes):
        drawn.extend(zip(streams, signals, strict=True))
        return draw_streams(streams, names, signals, classes)

    monkeypatch.setattr("neurospike_cli.figures._contact_sheet.draw_streams", note)
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
