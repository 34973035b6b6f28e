"""Images as a source: what is read, what is drawn anew, and what is the same every time."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from neurospike_cli.cli import main
from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events import image_dataset
from neurospike_cli.events.image_dataset import ImageDataset
from neurospike_cli.events.layouts.idx_folder import IMAGES, LABELS
from neurospike_cli.events.loading import load_sample, load_split
from neurospike_cli.events.sources.images import Images
from neurospike_cli.events.split import SPLITS, Split, stratified
from neurospike_cli.rng import Purpose, stream
from tests.events.made_images import made_images, write_images

DATA = os.environ.get("NEUROSPIKE_DATA")
PIXELS, TARGETS = made_images(60)


@pytest.fixture
def root(tmp_path):
    return write_images(tmp_path / "data", PIXELS, TARGETS)


def source_of(root, **changes) -> Images:
    return Images.model_validate({"source": "images", "root": str(root), "classes": 3, **changes})


def test_images_are_read_with_their_labels_packed_or_not(root, tmp_path):
    source = source_of(root)
    assert source.sensor_size == (6, 4)
    assert source.class_names() == ("0", "1", "2")
    assert source.labels().tolist() == TARGETS.tolist()
    assert source.duration == 250.0
    packed = source_of(write_images(tmp_path / "packed", PIXELS, TARGETS, packed=True))
    parts = source.partition(5)
    expected = stratified(TARGETS.astype(np.int64), Split(), stream(5, Purpose.SPLIT))
    for split in SPLITS:
        data = load_split(source, split, 5)
        assert data.recordings.tolist() == parts[split].tolist() == expected[split].tolist()
        assert data.labels.tolist() == TARGETS[parts[split]].tolist()
        everything = np.arange(len(data))
        np.testing.assert_array_equal(data.pictures(everything), PIXELS[parts[split]])
        assert data.sha256 == load_split(packed, split, 5).sha256
    hashes = {load_split(source, split, seed).sha256 for split in SPLITS for seed in (5, 6)}
    assert len(hashes) == 6


def test_less_images_are_the_first_ones(root):
    some = source_of(root, samples=40)
    assert some.labels().tolist() == TARGETS[:40].tolist()
    few = source_of(root, samples_per_class=4)
    assert few.labels().tolist() == TARGETS[:12].tolist()  # labels are 0, 1, 2 in turn
    for source in (some, few):
        data = load_split(source, "train", 0)
        np.testing.assert_array_equal(
            data.pictures(np.arange(len(data))), PIXELS[: len(source.labels())][data.recordings]
        )


def test_evaluation_sees_the_same_and_an_epoch_its_own(root):
    data = load_split(source_of(root), "train", 3)
    everything = np.arange(len(data))
    fixed, first, later = (
        data.select(everything),
        data.drawn(everything, 0),
        data.drawn(np.array([0]), 1),
    )
    for train in (first, later):
        assert not np.array_equal(fixed.sample(0).channels, train.sample(0).channels)
    assert not np.array_equal(first.sample(0).channels, later.sample(0).channels)
    # Whatever the batch, the recording's own stream makes it.
    chosen = np.array([7, 0, 7])
    again = load_split(source_of(root), "train", 3)
    for one, other in (
        (fixed.select(chosen), again.select(chosen)),
        (first.select(chosen), again.drawn(chosen, 0)),
    ):
        np.testing.assert_array_equal(one.to_dense(), other.to_dense())
    # Of another seed, or as another recording, it is another.
    assert not np.array_equal(
        load_split(source_of(root), "train", 4).select(np.array([0])).channels,
        fixed.sample(0).channels,
    )


def test_the_stream_of_a_recording_is_named_by_draw_and_number(root):
    source = source_of(root)
    data = load_split(source, "validation", 3)
    for draw, train in ((0, data.select(np.array([2]))), (5, data.drawn(np.array([2]), 4))):
        recording = int(data.recordings[2])
        rng = stream(3, Purpose.ENCODING, draw, recording)
        alone = source.encoder.encode(PIXELS[[recording]], 250.0, 0.0, {0: rng}.__getitem__)
        np.testing.assert_array_equal(train.to_dense(), alone.to_dense())


def test_pieces_change_nothing(root, monkeypatch):
    data = load_split(source_of(root), "train", 0)
    everything = np.arange(len(data))
    whole = data.select(everything).to_dense()
    monkeypatch.setattr(image_dataset, "ROWS", 600)  # two images at a time
    np.testing.assert_array_equal(data.select(everything).to_dense(), whole)


def test_the_mean_is_of_the_training_images_in_every_split(root):
    source = source_of(root, encoder={"type": "rate", "normalize": True})
    mean = PIXELS[source.partition(1)["train"]].sum(axis=(1, 2)).mean() / 255
    for split in SPLITS:
        data = load_split(source, split, 1)
        assert isinstance(data, ImageDataset)
        assert data.brightness == pytest.approx(mean, rel=1e-14)


def test_what_is_held_and_how_many_spikes_there_are(root):
    source = source_of(root, split={"train": 0.5, "validation": 0.25, "test": 0.25})
    data = load_split(source, "train", 1)
    assert data.extent == (1.0, 250, 24, False)
    assert data.entry_bytes == 4
    # All 60 images are held once, for 30 and 15 samples.
    assert data.sample_bytes * 45 == PIXELS.nbytes
    assert data.drawing_bytes == 0
    spread = np.linspace(0, 29, 30, dtype=int)
    assert data.entries_per_sample == data.select(spread).nnz / 30
    few = load_sample(source, "train", 1, 4)
    assert few.sample_bytes == data.sample_bytes
    assert few.recordings.tolist() == data.recordings[[0, 9, 19, 29]].tolist()


def test_pixels_that_never_spike_are_counted(root):
    source = source_of(root, duration=20.0, encoder={"type": "latency", "threshold": 0.2})
    data = load_split(source, "train", 0)
    values = data.pictures(np.arange(len(data)))
    steps = source.encoder.spike_steps()[values]
    dim = int(((values > 0) & (values <= 51)).sum())
    late = int((steps >= 20).sum())
    assert data.dropped == {"below_threshold": dim, "after_duration": late}
    assert (
        data.select(np.arange(len(data))).channel_counts().sum()
        == values.size - (values == 0).sum() - dim - late
    )
    # Nothing is random about it.
    some = np.array([3, 1])
    np.testing.assert_array_equal(data.select(some).to_dense(), data.drawn(some, 7).to_dense())


def test_a_label_that_no_class_has_is_named_with_its_byte(root):
    with pytest.raises(DataError, match="byte 10: label 2 must be 0 to 1; 20 of 60") as caught:
        source_of(root, classes=2).labels()
    assert caught.value.where == str(root / LABELS)


def test_files_that_do_not_belong_together(root):
    write_images(root, PIXELS[:50], TARGETS)
    with pytest.raises(DataError, match=r"has 50 images, and train-labels.* 60 labels"):
        load_split(source_of(root), "train", 0)


def test_missing_files_are_named_and_the_test_set_is_not_read(root):
    for name in ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"):
        (root / name).write_bytes(b"nothing")
    load_split(source_of(root), "train", 0)
    (root / IMAGES).unlink()
    with pytest.raises(DataError, match=f"neither `{IMAGES}` nor `{IMAGES}.gz`"):
        load_split(source_of(root), "train", 0)


def test_a_class_without_images(root):
    with pytest.raises(DataError, match="class `3` has 0 recordings"):
        source_of(root, classes=4).partition(0)


def test_an_image_has_no_events(root):
    with pytest.raises(UsageError, match="images have no events"):
        source_of(root).read(0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"encoder": {"type": "rate", "pool": 2}},
        {"encoder": {"type": "latency", "polarity": "merge"}},
        {"encoder": {"type": "count"}},
        {"filters": []},
        {"augmentations": []},
    ],
)
def test_what_images_have_no_meaning_for_is_refused(root, wrong):
    with pytest.raises(ValidationError):
        source_of(root, **wrong)


def config_of(folder: Path, root: Path, **data) -> Path:
    """Write the config of a network that learns the made images, and return its path."""
    path = folder / "pictures.yaml"
    config = {
        "name": "pictures",
        "data": {"source": "images", "root": str(root), "classes": 3, "duration": 40.0, **data},
        "network": {"hidden": [{"size": 8}]},
        "training": {"phases": [{"rule": "surrogate_gradient", "epochs": 2, "batch_size": 8}]},
        "figures": ["event_preview"],
    }
    path.write_text(json.dumps(config, indent=1))
    return path


def test_training_evaluation_and_figures_on_images(root, tmp_path, capsys):
    config = config_of(tmp_path, root)
    runs = []
    for out in ("a", "b"):
        assert main(["-q", "train", str(config), "--out", str(tmp_path / out)]) == 0
        runs.append(Path(capsys.readouterr().out.strip()))
    with np.load(runs[0] / "weights.npz") as one, np.load(runs[1] / "weights.npz") as other:
        assert all(np.array_equal(one[name], other[name]) for name in one.files)
    with np.load(runs[0] / "activity.npz") as activity:
        assert activity["pictures"].shape == (3, 4, 6)
    assert (runs[0] / "figures" / "event_preview.png").exists()
    assert main(["-q", "--json", "evaluate", str(runs[0])]) == 0
    document = json.loads(capsys.readouterr().out)
    assert 0 <= document["yardstick_accuracy"] <= 1
    assert main(["-q", "--json", "train", str(config), "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["samples"] == {"train": 42, "validation": 9}
    assert main(["-q", "--json", "inspect", str(config)]) == 0
    assert json.loads(capsys.readouterr().out)["sensor"] == "6 x 4 px, 24 channels"


def test_inspect_tells_of_a_folder_of_images(root, capsys):
    assert main(["-q", "--json", "inspect", str(root)]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["images"], facts["size"]) == (60, "6 x 4 px")
    assert facts["per_class"] == "20, 20, 20"


def test_generate_says_that_there_are_no_events(root, tmp_path, capsys):
    out = tmp_path / "files"
    assert main(["generate", str(config_of(tmp_path, root)), "--out", str(out)]) == 2
    assert "images have no events" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("changes", "line", "message"),
    [
        (
            {"encoder": {"type": "binary"}},
            '"binary"',
            "expected one of latency, population, rank_order, rate; got",
        ),
        (
            {"samples": 9, "samples_per_class": 3},
            '"samples": 9',
            "give either this or `samples_per_class`",
        ),
        (
            {"samples_per_class": 2},
            '"samples_per_class": 2',
            "must be at least 3, one for each part of the split",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(root, tmp_path, capsys, changes, line, message):
    config = config_of(tmp_path, root, **changes)
    assert main(["validate", str(config)]) == 2
    said = capsys.readouterr().err
    number = 1 + [line in text for text in config.read_text().splitlines()].index(True)
    assert message in said
    assert f"pictures.yaml:{number}:" in said


def test_an_encoder_of_images_does_not_fit_events(tmp_path, capsys):
    config = tmp_path / "c.yaml"
    config.write_text(
        "name: a\n"
        "data:\n"
        "  source: synthetic\n"
        "  classes: {a: {pattern: random}, b: {pattern: random}}\n"
        "  encoder: {type: rate}\n"
        "training: {phases: [{rule: surrogate_gradient}]}\n"
    )
    assert main(["validate", str(config)]) == 2
    said = capsys.readouterr().err
    assert "c.yaml:5:19" in said
    assert "expected one of binary, count, time_surface; got rate" in said
    assert "`rate` does not fit here: Random spikes" in said


def test_a_config_is_checked_without_reading_the_images(root, tmp_path):
    (root / IMAGES).write_bytes((root / IMAGES).read_bytes()[:16])  # its header
    assert main(["-q", "validate", str(config_of(tmp_path, root))]) == 0


@pytest.mark.skipif(DATA is None, reason="NEUROSPIKE_DATA is not set")
def test_the_real_training_set():
    source = Images(root=str(Path(DATA) / "mnist"))
    assert source.sensor_size == (28, 28)
    # As published: 60,000 images, mean 0.1307 of full brightness, and so many of each digit.
    labels = source.labels()
    assert np.bincount(labels).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    data = load_split(source, "train", 0)
    assert len(data) == 42_000
    assert data.brightness / 784 == pytest.approx(0.1307, abs=5e-4)
    # 102 pixels of 64 Hz for 0.25 s, and a little less for what falls together.
    assert data.entries_per_sample == pytest.approx(102.5 * 64 * 0.25 * 0.97, rel=0.1)
