"""The readers on real recordings: every count and first and last event that is known of them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.errors import DataError
from neurospike_cli.events.recognition import open_recording

DATA = os.environ.get("NEUROSPIKE_DATA")
FOLDER = Path(DATA or "")
pytestmark = pytest.mark.skipif(DATA is None, reason="NEUROSPIKE_DATA is not set")


def test_evt3_has_the_times_that_are_right():
    # A widely used reader is 4096 µs late where the high part of the time changes.
    events = open_recording(FOLDER / "prophesee/evt3_sample.raw").events
    expected = np.load(FOLDER / "prophesee/evt3_sample_xyp_expected.npy")
    assert len(events) == 5000
    assert (events["t"] == np.load(FOLDER / "prophesee/evt3_sample_t_expected.npy")).all()
    assert all((events[name] == expected[name]).all() for name in ("x", "y", "p"))


@pytest.mark.parametrize(
    ("file", "expected", "count"),
    [("evt3_vectors.raw", "evt3_vectors_expected.npz", 23_249),
     ("ncars_sample.dat", "ncars_sample_expected.npy", 4407)],
)  # fmt: skip
def test_prophesee_samples_are_as_expected(file, expected, count):
    events = open_recording(FOLDER / "prophesee" / file).events
    arrays = np.load(FOLDER / "prophesee" / expected)
    assert len(events) == count
    assert all((events[name] == arrays[name]).all() for name in ("t", "x", "y", "p"))


def test_evt2_and_triggers():
    assert len(open_recording(FOLDER / "prophesee/evt2_sample.raw")) == 521_252
    stream = open_recording(FOLDER / "prophesee/evt3_trigger.raw")
    assert (len(stream), stream.dropped["triggers"]) == (82_469, 2)
    assert (stream.width, stream.height) == (1280, 720)


@pytest.mark.parametrize(
    ("file", "count", "dropped"),
    [
        ("dvs128_objects/Caixa.aedat", 374_039, {}),
        ("dvs128_objects/Caneca.aedat", 518_133, {}),
        ("dvs128_objects/Estilete.aedat", 413_436, {}),
        ("dvs128_objects/Lapiseira.aedat", 249_545, {}),
        ("dvs128_objects/Tesoura.aedat", 263_941, {}),
        ("aedat2/DVS128-2017-03-21-short.aedat", 130_114, {}),
        ("aedat2/pendulo2.aedat", 160_245, {}),
        ("aedat2/davis_IMU_translBoxes.aedat", 162_771, {"imu_words": 196_608 - 162_771}),
        ("aedat2/synth_TranslatingBarX.aedat", 10_000, {}),
        ("aedat2/synth_TranslatingSquare.aedat", 16_000, {}),
        ("aedat31/aedat1_for_testing.aedat", 12, {}),
        ("aedat31/aedat2_led.aedat", 18, {}),
        ("aedat31/aedat3_fluorescent.aedat", 5, {}),
    ],
)
def test_aedat_counts(file, count, dropped):
    stream = open_recording(FOLDER / file)
    assert (len(stream), stream.dropped) == (count, dropped)


def test_a_header_alone_is_told():
    with pytest.raises(DataError, match="has no events: it is 599 bytes long, all of them header"):
        open_recording(FOLDER / "aedat2/header_only.aedat")


def test_aedat4_and_event_stream():
    pytest.importorskip("faery")
    stream = open_recording(FOLDER / "aedat4/sample.aedat4")
    assert (len(stream), stream.width, stream.height) == (111_954, 320, 240)
    assert stream.events[0].item() == (1605537493718345, 154, 204, 0)
    assert stream.events[-1].item() == (1605537494308262, 88, 237, 1)
    stream = open_recording(FOLDER / "es/dvs.es")
    assert (len(stream), stream.width, stream.height) == (473_225, 320, 240)
    assert (stream.events["t"][0], stream.events["t"][-1]) == (0, 999_000)
    assert int(stream.events["p"].sum()) == 270_001


def test_the_text_of_the_event_camera_dataset():
    stream = open_recording(FOLDER / "rpg_txt/slider_depth_first_50000.txt")
    events = stream.events
    assert (len(events), events["t"][0], events["t"][-1]) == (50_000, 3811, 174_156)
    assert (stream.width, stream.height) == (240, 180)
    assert int(events["p"].sum()) == 21_147


@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("evt3_sample_xyp_expected.npy", 5000),
        ("ncars_sample_expected.npy", 4407),
        ("evt3_vectors_expected.npz", 23_249),
    ],
)
def test_arrays_are_recordings_too(file, count):
    assert len(open_recording(FOLDER / "prophesee" / file)) == count
