"""The large recordings of `benchmarks.decoders`: what is measured is the same in every format."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import recordings
from benchmarks.decoders import CHUNK, measured
from neurospike_cli.events.formats.format import Format
from neurospike_cli.events.recognition import recognise
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.registry import discover

SENSOR = Sensor(width=recordings.SIDE, height=recordings.SIDE)
#: Read in a process of their own; their writers are the product's, which other tests hold.
ELSEWHERE = ("aedat4", "hdf5")
FORMATS = [name for name in discover(Format) if name not in ELSEWHERE]


@pytest.fixture(autouse=True)
def pieces_are_small(monkeypatch):
    monkeypatch.setattr(recordings, "_GROUPS", 300)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_holds_the_same_events(tmp_path, name):
    path = tmp_path / "a"
    assert recordings.write_recording(name, path, 4000) >= 4000
    expected = np.concatenate([recordings._events(piece) for piece in recordings._pieces(4000)])
    # The first piece of Event Stream begins at 0, and has no gap to the next.
    format_ = discover(Format)[name](sensor=SENSOR)
    events = np.concatenate(list(format_.chunks(path, CHUNK)))
    for field in ("x", "y", "p"):
        assert (events[field] == expected[field]).all()
    steps = np.diff(events["t"]) - np.diff(expected["t"])
    assert np.abs(steps).max() <= (10 if name == "event_stream" else 0)
    if name != "nmnist":  # another sensor than N-MNIST's is not known by its pixels
        assert recognise(path).name == name


def test_a_row_has_rates_and_memory(tmp_path):
    path = tmp_path / "a"
    count = recordings.write_recording("evt3", path, 4000)
    row = measured("evt3", str(path), 2)
    assert row["events"] == count
    # A byte an event where vectors are full, and 10 for an event alone.
    assert 1 < row["bytes_per_event"] < 4
    assert 0 < row["million_events_per_s"] <= row["best_million_events_per_s"] * 1.01
    assert row["memory_mb"] < 100
