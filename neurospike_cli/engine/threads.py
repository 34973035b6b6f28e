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


def shared_out(tasks: Sequence[Task]) -> None:
    """Do all tasks on as many threads as it is worth and there are, a share of each on each."""
    parts = _worthwhile(sum(int(task.before[-1]) for task in tasks))
    wanted = np.arange(1, parts)
    cuts = []
    for task in tasks:
        between = np.searchsorted(task.before[:-1], task.before[-1] * wanted // parts)
        cuts.append([0, *between.tolist(), len(task.before) - 1])

    def some(part: int, following: int) -> None:
        for task, cut in zip(tasks, cuts, strict=True):
            if cut[part] < cut[following]:
                task.work(cut[part], cut[following])

    in_parts(some, list(range(parts + 1)))


def dealt_out(works: Sequence[tuple[Callable[[], None], int]]) -> None:
    """Do indivisible works, each given with its multiplications, the longest first."""
    longest = sorted(works, key=lambda work: -work[1])
    parts = min(_worthwhile(sum(operations for _, operations in works)), max(1, len(works)))
    hands: list[list[Callable[[], None]]] = [[] for _ in range(parts)]
    loads = [0] * parts
    for work, operations in longest:
        least = loads.index(min(loads))
        hands[least].append(work)
        loads[least] += operations

    def some(hand: int, following: int) -> None:
        for work in hands[hand]:
            work()

    in_parts(some, list(range(parts + 1)))


def _worthwhile(operations: int) -> int:
    return min(available_threads(), 1 + operations // WORTH_A_THREAD)
