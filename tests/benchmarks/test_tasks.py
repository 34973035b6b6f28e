"""Seeds of a task: what is kept of a run, and how the page of results sums seeds up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import tasks
from docs import results

SMALL = ["data.samples_per_class=20", "training.phases.0.epochs=1", "network.hidden.0.size=20"]


def test_a_seed_is_trained_and_tested() -> None:
    given = [word for override in SMALL for word in ("--set", override)]
    kept = tasks.run_seed(tasks.CONFIGS / "xor_time.yaml", 3, given)
    assert kept["seed"] == 3
    assert {*tasks.MEASURES, "seed", "seconds"} == set(kept)
    # 14 % of 20 recordings of each class, to the next whole number.
    assert kept["samples"] == 2 * round(0.14 * 20)
    assert kept["accuracy"] * kept["samples"] == pytest.approx(round(kept["accuracy"] * 6))


@pytest.mark.parametrize(("first", "rank"), [(0.9, 1), (0.5, 3), (0.1, 4)])
def test_the_rank_of_the_rewarded_synapse(tmp_path: Path, first: float, rank: int) -> None:
    weight = np.array([[first, 0.6], [0.2, 0.7]])
    np.savez(tmp_path / "weights.npz", **{"hidden.0.weight": weight})
    assert tasks.rank_of_first(tmp_path) == rank


def test_every_task_has_a_row_and_every_row_a_task() -> None:
    configs = {path.stem for path in tasks.CONFIGS.glob("*.yaml")}
    assert {task.name for task in results.TASKS} == configs
    assert {path.stem for path in tasks.RESULTS.glob("*.json")} == configs


def test_how_seeds_are_summed_up() -> None:
    runs = [{"accuracy": a, "rank": r} for a, r in ((0.94, 1), (0.95, 2), (1.0, 1))]
    assert results.accuracy(runs) == "**96.3%** (94.0% to 100.0%)"
    assert results.learned(runs) == "**2 of 3** seeds ≥ 95 % (mean 96.3%, 94.0% at least)"
    assert results.top(runs).startswith("**2 of 3** seeds")
