"""Recordings in another format, piece by piece: the bytes are those of the whole in one piece."""

from __future__ import annotations

import io
import tracemalloc

import numpy as np
import pytest

from neurospike_cli.errors import DataError
from neurospike_cli.events import conversion
from neurospike_cli.events.conversion import convert_recording
from neurospike_cli.events.formats.csv import CSV
from neurospike_cli.events.formats.npy import NPY
from neurospike_cli.events.formats.npz import NPZ
from neurospike_cli.events.recognition import open_recording, recognise, writers
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream
from tests.events.made_events import events_of

ROWS = [(7 * i, i % 20, i * 3 % 11, i % 2) for i in range(100)]
STREAM = EventStream(20, 11, events_of(*ROWS))


@pytest.mark.parametrize("name", writers())
def test_pieces_are_written_as_the_whole(tmp_path, monkeypatch, name):
    monkeypatch.setattr(conversion, "_PIECE", 7)
    source, whole, pieces = (tmp_path / part for part in ("source", "whole", "pieces"))
    NPZ().write(STREAM, source)
    writer = writers()[name]()
    writer.write(STREAM, whole)
    made = convert_recording(source, NPZ(), pieces, writer)
    assert (made.width, made.height, made.events, made.dropped) == (20, 11, 100, {})
    assert open_recording(pieces).events.tolist() == ROWS
    if name != "hdf5":  # which holds the time of writing
        assert pieces.read_bytes() == whole.read_bytes()


def test_arrays_are_those_that_numpy_writes(tmp_path):
    columns = {name: np.ascontiguousarray(STREAM.events[name]) for name in ("t", "x", "y", "p")}
    one, several = io.BytesIO(), io.BytesIO()
    np.save(one, STREAM.events)
    np.savez(several, **columns, sensor=np.array([20, 11], "<i8"))
    for format_, expected in ((NPY(), one), (NPZ(), several)):
        format_.write(STREAM, tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == expected.getvalue()


def test_what_is_left_out_is_counted_over_all_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(conversion, "_PIECE", 7)
    source, target = tmp_path / "a.csv", tmp_path / "b.npy"
    lines = [f"{t},{x},{y},{p}\n" for t, x, y, p in [*ROWS, (0, 1, 1, 1), (999, 30, 1, 1)]]
    source.write_text("t_us,x,y,p\n" + "".join(lines))
    policies = {"outside": "drop", "unordered": "drop", "sensor": {"width": 20, "height": 11}}
    made = convert_recording(source, recognise(source, **policies), target, NPY())
    assert (made.events, made.dropped) == (100, {"outside_of_sensor": 1, "out_of_order": 1})
    assert open_recording(target).events.tolist() == ROWS


def test_a_sensor_that_is_not_told_is_the_smallest_over_all_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(conversion, "_PIECE", 7)
    CSV().write(STREAM, tmp_path / "a.csv")
    made = convert_recording(tmp_path / "a.csv", CSV(), tmp_path / "b.npz", NPZ())
    assert (made.width, made.height) == (20, 11)


def test_a_recording_without_events_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("t_us,x,y,p\n")
    with pytest.raises(DataError, match="has no events"):
        convert_recording(tmp_path / "a.csv", CSV(), tmp_path / "b.npz", NPZ())
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("writer", [NPY(), NPZ()])
def test_memory_does_not_grow_with_the_recording(tmp_path, writer):
    peaks = []
    for count in (1_000_000, 3_000_000):
        events = np.zeros(count, EVENT_DTYPE)
        events["t"] = np.arange(count)
        np.save(tmp_path / "a.npy", events)
        del events
        tracemalloc.start()
        convert_recording(tmp_path / "a.npy", NPY(), tmp_path / "b", writer)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # 2 million more events are 26 MB.
    assert peaks[1] - peaks[0] < 1_000_000
