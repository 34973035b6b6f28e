"""Rows of `make bench`: who takes turns, on which spikes, and when a target is met."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.rows.against_peers import AgainstPeers
from benchmarks.rows.larger_sensor import LargerSensor
from benchmarks.rows.more_events import MoreEvents
from benchmarks.rows.plasticity import Plasticity
from benchmarks.rows.row import OURS, Row
from benchmarks.rows.table import NMNIST, ROWS
from benchmarks.workload import Workload

SMALL = Workload((40, 8, 4), density=0.1, steps=50, batch=8)


def costing(ms: float, mb: float = 1.0) -> dict[str, Any]:
    return {"median_ms": ms, "memory_mb": mb}


def number_of_events(workload: Workload) -> int:
    return sum(len(steps) for steps, _ in workload.events())


@pytest.mark.parametrize(
    ("ms", "mb", "met"), [(10.0, 20.0, True), (10.1, 20.0, False), (10.0, 20.1, False)]
)
def test_a_row_is_met_by_time_and_memory_together(ms: float, mb: float, met: bool) -> None:
    peers, targets = ("a", "b"), dict.fromkeys(OURS, 8.0)
    row = AgainstPeers("", 1, SMALL, targets, memory_target=5.0, peers=peers, beside=())
    measured = {"a": costing(80.0, 300.0), "b": costing(99.0, 100.0)}
    measured |= dict.fromkeys(OURS, costing(ms, mb))
    for comparison in row.comparisons(measured).values():
        assert (comparison["fastest_peer"], comparison["smallest_peer"]) == ("a", "b")
        assert comparison["met"] is met


def test_without_a_target_nothing_is_missed() -> None:
    row = AgainstPeers("", 1, SMALL, {}, memory_target=5.0, peers=("a",), beside=())
    measured = {"a": costing(1.0)} | dict.fromkeys(OURS, costing(9.0))
    assert all(comparison["met"] for comparison in row.comparisons(measured).values())


@pytest.mark.parametrize(("large", "met"), [(12.0, True), (12.1, False)])
def test_the_larger_sensor_may_take_so_much(large: float, met: bool) -> None:
    row = LargerSensor("", 1, NMNIST, factor=4, target=1.2)
    times = {NMNIST: 10.0, row.larger: large}
    measured = {name: costing(times[load]) for name, (_, load) in row.entries().items()}
    assert {c["met"] for c in row.comparisons(measured).values()} == {met}


def test_the_larger_sensor_has_the_same_events_and_more_silent_pixels() -> None:
    row = LargerSensor("", 1, SMALL, factor=4, target=1.2)
    assert row.larger.sizes == (160, 8, 4)
    pairs = zip(SMALL.events(), row.larger.events(), strict=True)
    for (steps, channels), (large_steps, large_channels) in pairs:
        assert steps.tolist() == large_steps.tolist()
        assert (channels * 4).tolist() == large_channels.tolist()


def test_the_line_through_more_events_is_reported() -> None:
    row = MoreEvents("", 1, SMALL, events=(1, 2, 4), target=0.1)
    entries = row.entries()
    measured = {name: costing(3.0 + 40 * load.density) for name, (_, load) in entries.items()}
    for comparison in row.comparisons(measured).values():
        assert (comparison["constant_ms"], comparison["ms_per_event"]) == (3.0, 1.0)
        assert comparison["met"]


@pytest.mark.parametrize(("ms", "met"), [(0.5, True), (0.51, False)])
def test_plasticity_counts_the_better_number_of_threads(ms: float, met: bool) -> None:
    row = Plasticity("", 1, SMALL, dict.fromkeys(OURS, 60.0))
    measured = {"bindsnet": costing(45.0), "bindsnet_one_thread": costing(30.0)}
    measured |= dict.fromkeys(OURS, costing(ms))
    assert set(measured) == set(row.entries())
    for comparison in row.comparisons(measured).values():
        assert comparison["fastest_peer"] == "bindsnet_one_thread"
        assert comparison["met"] is met


def test_events_have_the_density_asked_for() -> None:
    share = number_of_events(SMALL) / (8 * 50 * 40)
    # Standard deviation of a share of 16000 at 0.1: 0.0024; three of them.
    assert abs(share - 0.1) < 0.0072


def test_a_workload_survives_the_command_line() -> None:
    assert Workload.from_json(NMNIST.to_json()) == NMNIST


def test_absent_recurrent_pairs_are_most_of_them() -> None:
    connected = Workload((700, 256, 20), 0.02, recurrence=0.1).connected(256)
    assert not connected.diagonal().any()
    # Standard deviation of a share of 65280 at 0.1: 0.0012; three of them.
    assert abs(connected.sum() / (256 * 255) - 0.1) < 0.0036


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_ours_is_in_every_row(row: Row) -> None:
    contestants = {contestant.removesuffix("_stdp") for contestant, _ in row.entries().values()}
    assert set(OURS) <= contestants
