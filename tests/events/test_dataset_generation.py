"""Data sets have the same bytes for any number of processes, and after any stop."""

from __future__ import annotations

import hashlib
import tracemalloc

import numpy as np
import pytest

from neurospike_cli.errors import DataError, RunError
from neurospike_cli.events.sources.synthetic import Synthetic
from neurospike_cli.events.stored.dataset_generation import generate_dataset, plan_for
from neurospike_cli.events.stored.recording_shard import open_shard, write_shard
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream
from tests.events.made_events import events_of
from tests.events.made_source import MadeSource

SOURCE = Synthetic.model_validate(
    {
        "sensor": {"width": 6, "height": 4},
        "duration": 30.0,
        "classes": {"right": {"pattern": "moving_bar"}, "spin": {"pattern": "rotating"}},
        "samples_per_class": 10,
        "noise": {"rate": 50.0},
    }
)


def hashes(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def made(target, source=SOURCE, seed=3, **options):
    return generate_dataset(plan_for(source, seed), target, **options)


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    target = tmp_path_factory.mktemp("folder") / "set"
    made(target, workers=1)
    return hashes(target)


@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_processes_changes_nothing(tmp_path, expected, workers):
    made(tmp_path / "set", workers=workers)
    assert hashes(tmp_path / "set") == expected


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("stop", [1, 7, 19])
def test_a_stop_changes_nothing(tmp_path, expected, workers, stop):
    told = []

    def advance(recordings):
        told.append(recordings)
        if sum(told) >= stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(tmp_path / "set", workers=1, advance=advance)
    again = []
    made(tmp_path / "set", workers=workers, resume=True, advance=again.append)
    assert (again[0], sum(again)) == (stop, 20)
    assert hashes(tmp_path / "set") == expected
    assert [path.name for path in tmp_path.iterdir()] == ["set"]


def test_a_stop_while_the_files_are_put_together_changes_nothing(tmp_path, expected):
    def stop(stored):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(tmp_path / "set", decorate=stop)
    again = []
    made(tmp_path / "set", resume=True, advance=again.append)
    assert again == [20]
    assert hashes(tmp_path / "set") == expected


def test_other_files_of_the_same_config_are_not_taken_up(tmp_path):
    streams = [EventStream(6, 6, events_of((i, 0, 0, 1))) for i in range(7)]
    with pytest.raises(DataError, match="is damaged"):
        made(tmp_path / "set", MadeSource(streams, damaged=(5,)), workers=1)
    with pytest.raises(RunError, match=r"recordings\.train: 3 in the partial folder, 2 now"):
        made(tmp_path / "set", MadeSource(streams[:6]), workers=1, resume=True)
    mended = MadeSource(streams)
    made(tmp_path / "set", mended, workers=1, resume=True)
    # Seven recordings are seven pieces, of which the test's second was missing.
    assert mended.seen == [5]


def test_memory_does_not_grow_with_the_data_set(tmp_path):
    events = np.zeros(20_000, EVENT_DTYPE)
    events["t"] = np.arange(20_000)
    peaks = []
    for count in (6, 60):
        source = MadeSource([EventStream(6, 6, events)] * count)
        tracemalloc.start()
        made(tmp_path / str(count), source, workers=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # 54 more recordings are 14 MB of events.
    assert peaks[1] - peaks[0] < 1_000_000


def test_a_shard_that_is_cut_off_is_damaged(tmp_path):
    streams = [EventStream(6, 6, events_of((1, 2, 3, 1), (2, 0, 0, 0)))] * 2
    write_shard(tmp_path / "a", streams)
    assert b"".join(open_shard(tmp_path / "a").column("x")) == np.array([2, 0] * 2, "<u2").tobytes()
    whole = (tmp_path / "a").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "a").write_bytes(whole[:length])
        with pytest.raises(RunError, match="is damaged"):
            open_shard(tmp_path / "a")
