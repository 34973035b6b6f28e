"""The large recordings of `benchmarks.decoders`: what is measured is the same in every format."""

from __future__ import annotations

import argparse

import numpy as np
import pytest

from benchmarks import decoders, recordings
from benchmarks.decoders import CHUNK
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
    options = argparse.Namespace(events=4000, rounds=2)
    # In a process of its own, as the benchmark has it: this one's peak is of other tests.
    row = decoders._row("evt3", tmp_path / "a", options)
    assert row["events"] >= 4000
    # A byte an event where vectors are full, and 10 for an event alone.
    assert 1 < row["bytes_per_event"] < 4
    assert set(row["million_events_per_s"]) == {"decode", "chunks", "read", "copying"}
    for rate in row["million_events_per_s"].values():
        assert 0 < rate["median"] <= rate["best"] * 1.01
    assert row["memory_mb"] < 100
    assert "read" in decoders.line("evt3", row)
