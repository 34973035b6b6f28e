"""Work that is divided: every unit is done, none twice."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurospike_cli.engine.threads import WORTH_A_THREAD, Task, divided, in_halves, shared_out


@pytest.mark.parametrize("operations", [0, WORTH_A_THREAD])
@pytest.mark.parametrize("rows", [0, 1, 2, 9])
def test_halves_cover_all_rows_once(rows: int, operations: int) -> None:
    done: list[int] = []
    in_halves(lambda start, stop: done.extend(range(start, stop)), rows, operations)
    assert sorted(done) == list(range(rows))


@pytest.mark.parametrize("operations", [0, WORTH_A_THREAD, 10 * WORTH_A_THREAD])
@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_equal_units_are_all_done_once(count: int, operations: int) -> None:
    done: list[int] = []
    divided(lambda first, last: done.extend(range(first, last)), count, operations)
    assert sorted(done) == list(range(count))


@given(
    threads=st.integers(1, 5),
    groups=st.lists(st.lists(st.lists(st.integers(0, 3), max_size=6), max_size=4), min_size=1),
    cost=st.sampled_from([1, WORTH_A_THREAD]),
)
def test_units_of_all_groups_are_all_done_once(
    threads: int, groups: list[list[list[int]]], cost: int
) -> None:
    """Units that cost nothing too, first, last and between others."""
    done: list[tuple[int, int, int]] = []

    def task(group: int, number: int, costs: list[int]) -> Task:
        def work(first: int, last: int) -> None:
            done.extend((group, number, unit) for unit in range(first, last))

        return Task(work, np.cumsum([0, *costs]) * cost)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEUROSPIKE_THREADS", str(threads))
        shared_out([[task(g, n, c) for n, c in enumerate(tasks)] for g, tasks in enumerate(groups)])
    assert sorted(done) == [
        (g, n, unit)
        for g, tasks in enumerate(groups)
        for n, costs in enumerate(tasks)
        for unit in range(len(costs))
    ]


@pytest.mark.parametrize("groups", [1, 2])
def test_two_threads_share_groups_or_the_tasks_of_one(
    groups: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each waits for the other: one thread alone would never end."""
    monkeypatch.setenv("NEUROSPIKE_THREADS", "2")
    both = threading.Barrier(2, timeout=20)
    seen: list[int] = []

    def work(first: int, last: int) -> None:
        both.wait()
        seen.append(last - first)

    shared_out([[Task(work, np.arange(5) * WORTH_A_THREAD)]] * groups)
    assert seen == [2 * groups, 2 * groups]
