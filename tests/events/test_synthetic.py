"""The synthetic source: what a sample depends on, and on what it does not."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from neurospike_cli.events.noise import add_noise
from neurospike_cli.events.patterns.moving_bar import MovingBar
from neurospike_cli.events.sources.synthetic import Synthetic
from neurospike_cli.events.stream import EventStream
from neurospike_cli.rng import Purpose, stream

CONFIG = {
    "source": "synthetic",
    "sensor": {"width": 6, "height": 4},
    "classes": {
        "right": {"pattern": "moving_bar", "direction": 0.0},
        "spin": {"pattern": "rotating"},
    },
    "samples_per_class": 5,
}


def source_of(**changes):
    return Synthetic.model_validate({**CONFIG, **changes})


def test_labels_follow_the_classes_of_the_config():
    source = source_of()
    assert source.class_names() == ("right", "spin")
    assert source.labels().tolist() == [0] * 5 + [1] * 5
    assert source.sensor_size == (6, 4)
    assert [source.read(i, 0).label for i in range(10)] == source.labels().tolist()


def test_a_recording_is_its_patterns_events_from_its_own_stream():
    expected = MovingBar().events(6, 4, 100.0, stream(7, Purpose.DATA, 0, 3))
    recording = source_of().read(3, 7)
    assert np.array_equal(recording.events, expected)
    assert (recording.provenance, recording.duration) == ("synthetic right/3", 100.0)


def test_noise_and_more_samples_leave_the_signal_as_it_was():
    few, many = source_of(), source_of(samples_per_class=9, noise={"rate": 50.0})
    for sample in range(5):
        clean, noisy = few.read(5 + sample, 1).events, many.read(9 + sample, 1).events
        assert len(noisy) > len(clean)
        assert np.isin(clean, noisy).all()


def test_noise_has_its_own_stream():
    source = source_of(noise={"rate": 50.0})
    clean = EventStream(width=6, height=4, events=source_of().read(7, 1).events)
    expected = add_noise(clean, source.noise, 100.0, stream(1, Purpose.NOISE, 1, 2))
    assert np.array_equal(source.read(7, 1).events, expected.events)


def test_checks_name_the_field_to_change():
    assert source_of().checks() == []
    assert source_of(samples_per_class=2).checks() == [
        ("samples_per_class", "must be at least 3, one for each part of the split in use; got 2")
    ]
    halves = {"train": 0.5, "validation": 0.5, "test": 0.0}
    assert source_of(samples_per_class=2, split=halves).checks() == []
    slow = source_of(duration=5.0, encoder={"dt": 10.0})
    assert slow.checks() == [("encoder.dt", "must not exceed the duration of 5 ms; got 10 ms")]


def test_a_config_comes_back_from_what_it_says_of_itself():
    source = source_of(
        filters=[{"type": "refractory"}],
        augmentations=[{"type": "shift"}],
        encoder={"type": "count", "pool": 2},
    )
    assert Synthetic.model_validate(source.model_dump(mode="json")) == source


@pytest.mark.parametrize(
    "changes",
    [
        {"classes": {}},
        {"classes": {"a": {"pattern": "walking"}}},
        {"samples_per_class": 0},
        {"sensor": {"width": 0, "height": 4}},
        {"duration": 0.0},
    ],
)
def test_what_makes_no_data_is_refused(changes):
    with pytest.raises(ValidationError):
        source_of(**changes)


@pytest.mark.parametrize("name", ["", "a\tb", "\x1b[31m", "\x85", "x" * 65])
def test_class_names_are_printable(name):
    with pytest.raises(ValidationError, match="1 to 64 printable characters"):
        Synthetic(classes={name: {"pattern": "random"}})
