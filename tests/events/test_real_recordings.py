"""The readers on real recordings: every count and first and last event that is known of them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

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
