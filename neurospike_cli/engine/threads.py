"""More threads for large work on arrays, in ways that cannot be seen in the results."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Multiplications from which a second thread gains more than the 0.05 ms that it costs.
WORTH_A_THREAD = 1_000_000


def in_halves(work: Callable[[int, int], None], rows: int, operations: int) -> None:
    """Call `work(start, stop)` for all rows: in two halves at once where there is enough to do.

    For work whose bits depend on how it is divided: that follows from its size alone, never from
    the machine.

    Args:
        work: does the rows from `start` to `stop`; releases the interpreter lock while it does.
        rows: how many there are.
        operations: how many multiplications that is in all.
    """
    in_parts(work, [0, rows] if operations < WORTH_A_THREAD else [0, rows // 2, rows])


def in_parts(work: Callable[[int, int], None], bounds: list[int]) -> None:
    """Call `work(start, stop)` between all neighbouring bounds, at the same time.

    Args:
        work: does a part; releases the interpreter lock while it does.
        bounds: ascending.
    """
    if len(bounds) == 2:
        work(bounds[0], bounds[1])
        return
    pool = _pool(os.getpid())
    others = [pool.submit(work, *part) for part in pairwise(bounds[1:])]
    work(bounds[0], bounds[1])
    for other in others:
        other.result()


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """Return the threads of this process; they sleep between calls and do not outlive a fork."""
    return ThreadPoolExecutor(max(1, os.cpu_count() or 1))


def available_threads() -> int:
    """Return how many cores this process may use; NEUROSPIKE_THREADS sets another number."""
    wanted = os.environ.get("NEUROSPIKE_THREADS", "")
    return int(wanted) if wanted.isdecimal() and int(wanted) > 0 else len(os.sched_getaffinity(0))


def divided(work: Callable[[int, int], None], count: int, operations: int) -> None:
    """Do all of `count` equal units of work on as many threads as it is worth and there are.

    Args:
        work: does the units from first to last.
        count: how many there are.
        operations: multiplications in all.
    """
    parts = min(_worthwhile(operations), max(1, count))
    in_parts(work, [count * part // parts for part in range(parts + 1)])


class Task(NamedTuple):
    """Work whose units differ.

    Attributes:
        work: does the units from first to last; releases the interpreter lock while it does.
        before: multiplications before each unit, and in all; (units + 1,).
    """

    work: Callable[[int, int], None]
    before: NDArray[np.int64]


def shared_out(groups: Sequence[Sequence[Task]]) -> None:
    """Do the tasks of each group one after the other, on threads of its own as far as there are.

    If there are more threads than groups, those of a group take a share of each of its tasks.
    """
    parts = _worthwhile(sum(int(task.before[-1]) for tasks in groups for task in tasks))
    shares = max(1, parts // len(groups))
    jobs = [(tasks, share) for tasks in groups for share in range(shares)]

    def some(first: int, last: int) -> None:
        for tasks, share in jobs[first:last]:
            for task in tasks:
                begin, end = _cut(task.before, share, shares), _cut(task.before, share + 1, shares)
                if begin < end:
                    task.work(begin, end)

    parts = min(parts, len(jobs))
    in_parts(some, [len(jobs) * part // parts for part in range(parts + 1)])


def _cut(before: NDArray[np.int64], share: int, shares: int) -> int:
    """Return the unit with which a share of the work begins."""
    if share == shares:
        return len(before) - 1
    return int(np.searchsorted(before[:-1], before[-1] * share // shares))


def _worthwhile(operations: int) -> int:
    return min(available_threads(), 1 + operations // WORTH_A_THREAD)
