"""Loading one split: what is read, what is counted, what the hash covers."""

from __future__ import annotations

import hashlib
import struct

import numpy as np
import pytest

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.augmentations.shift import Shift
from neurospike_cli.events.loading import load_split
from neurospike_cli.events.sources.synthetic import Synthetic
from neurospike_cli.events.split import SPLITS, Split, stratified
from neurospike_cli.rng import Purpose, stream

CONFIG = {
    "source": "synthetic",
    "sensor": {"width": 6, "height": 4},
    "duration": 50.0,
    "classes": {"right": {"pattern": "moving_bar"}, "noise": {"pattern": "random", "rate": 100.0}},
    "samples_per_class": 10,
}


def source_of(**changes):
    return Synthetic.model_validate({**CONFIG, **changes})


class Watched(Synthetic):
    """Remembers which recordings were read."""

    def read(self, index, seed):
        READ.append(index)
        return super().read(index, seed)


READ: list[int] = []


def test_a_split_reads_its_own_recordings_and_no_other():
    source = Watched.model_validate(CONFIG)
    expected = stratified(source.labels(), Split(), stream(3, Purpose.SPLIT))
    for name in SPLITS:
        READ.clear()
        data = load_split(source, name, 3)
        assert sorted(set(READ)) == expected[name].tolist() == data.recordings.tolist()
        assert data.labels.tolist() == [i // 10 for i in expected[name]]
    assert data.class_names == ("right", "noise")


def test_samples_are_the_encoded_recordings_in_order():
    source = source_of(encoder={"type": "count", "polarity": "separate", "dt": 2.0})
    data = load_split(source, "validation", 1)
    assert (data.spikes.n_samples, data.spikes.n_steps, data.spikes.n_channels) == (
        len(data),
        25,
        48,
    )
    for sample, index in enumerate(data.recordings):
        alone = source.encoder.encode(source.read(int(index), 1), 50.0)
        assert np.array_equal(data.spikes.sample(sample).to_dense(), alone.to_dense())
    assert (data.streams, data.dropped) == ((), {})


def test_the_hash_is_of_labels_sensor_and_events_as_documented():
    source = source_of()
    data = load_split(source, "test", 1)
    digest = hashlib.sha256()
    for index in data.recordings:
        recording = source.read(int(index), 1)
        digest.update(struct.pack("<4q", recording.label, 6, 4, len(recording)))
        for t, x, y, p in recording.events.tolist():
            digest.update(struct.pack("<qHHb", t, x, y, p))
    assert data.sha256 == digest.hexdigest()
    filtered = source_of(filters=[{"type": "refractory", "period": 5.0}], encoder={"dt": 5.0})
    assert load_split(filtered, "test", 1).sha256 == data.sha256
    assert load_split(source, "test", 2).sha256 != data.sha256


def test_every_event_is_a_spike_or_counted():
    source = source_of(encoder={"type": "count"}, filters=[{"type": "refractory", "period": 10.0}])
    data = load_split(source, "train", 0)
    events = sum(len(source.read(int(i), 0)) for i in data.recordings)
    assert data.dropped["refractory"] > 0
    assert data.spikes.channel_counts().sum() + data.dropped["refractory"] == events


def test_events_after_the_duration_are_counted(tmp_path):
    class Long(Synthetic):
        def read(self, index, seed):
            return source_of(duration=80.0).read(index, seed)

    data = load_split(Long.model_validate(CONFIG), "train", 0)
    late = sum(
        int((source_of(duration=80.0).read(int(i), 0).events["t"] >= 50_000).sum())
        for i in data.recordings
    )
    assert late > 0
    assert data.dropped["after_duration"] == data.spikes.dropped["after_duration"] == late


def test_augmentation_is_of_the_epoch_and_the_recording():
    source = source_of(
        encoder={"type": "count"},
        filters=[{"type": "refractory", "period": 5.0}],
        augmentations=[{"type": "shift", "pixels": 2}],
    )
    data = load_split(source, "train", 4)
    everything = np.arange(len(data))
    first, again, later = (data.drawn(everything, epoch) for epoch in (0, 0, 1))
    assert np.array_equal(first.to_dense(), again.to_dense())
    assert not np.array_equal(first.to_dense(), later.to_dense())
    for sample, index in enumerate(data.recordings.tolist()):
        filtered = source.apply_filters(source.read(index, 4))
        rng = stream(4, Purpose.AUGMENTATION, 1, index)
        expected = source.encoder.encode(Shift(pixels=2).apply(filtered, rng), 50.0)
        assert np.array_equal(later.sample(sample).to_dense(), expected.to_dense())
    # A batch is made alone, of the same recordings with the same changes.
    batch = data.drawn(np.array([5, 2]), 1)
    assert np.array_equal(batch.to_dense(), later.select(np.array([5, 2])).to_dense())
    # What is not a spike any more has left the sensor.
    assert (
        later.channel_counts().sum() + later.dropped["shift"] == data.spikes.channel_counts().sum()
    )


def test_without_augmentations_nothing_is_made_anew():
    source = source_of()
    data = load_split(source, "train", 0)
    batch = data.drawn(np.array([4, 1]), 3)
    assert np.array_equal(batch.to_dense(), data.spikes.select(np.array([4, 1])).to_dense())
    assert data.streams == ()


def test_what_is_held_is_said():
    source = source_of(
        encoder={"type": "count"}, augmentations=[{"type": "shift"}], samples_per_class=20
    )
    data = load_split(source, "train", 0)
    spikes = data.spikes
    assert data.extent == (1.0, 50, 24, True)
    held = spikes.channels.nbytes + spikes.counts.nbytes + spikes.offsets.nbytes - 8
    assert data.sample_bytes * len(data) == pytest.approx(held, rel=1e-12)
    events = sum(stream.events.nbytes for stream in data.streams)
    assert data.drawing_bytes * len(data) == pytest.approx(events + 1000 * len(data), rel=1e-12)
    assert data.pictures(np.arange(2)) is None
    assert load_split(source, "validation", 0).drawing_bytes == 0


def test_events_are_kept_only_of_the_split_that_is_augmented():
    source = source_of(augmentations=[{"type": "shift", "pixels": 1}])
    assert len(load_split(source, "train", 0).streams) == len(load_split(source, "train", 0))
    assert load_split(source, "validation", 0).streams == ()


def test_a_split_that_is_empty_or_none_is_said():
    source = source_of(split={"train": 0.5, "validation": 0.5, "test": 0.0})
    with pytest.raises(DataError, match="the test split has no recordings"):
        load_split(source, "test", 0)
    with pytest.raises(UsageError, match="expected one of train, validation, test"):
        load_split(source, "dev", 0)
