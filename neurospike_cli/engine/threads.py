"""More threads for large work on arrays, in ways that cannot be seen in the results."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

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


def divided(
    work: Callable[[int, int], None],
    count: int,
    operations: int,
    share: NDArray[np.int64] | None = None,
) -> None:
    """Do all of `count` units of work on as many threads as it is worth and there are.

    Args:
        work: does the units from first to last.
        count: how many there are.
        operations: multiplications in all.
        share: work before each unit, where units differ; (count + 1,).
    """
    parts = max(1, min(available_threads(), count, 1 + operations // WORTH_A_THREAD))
    bounds = [count * part // parts for part in range(parts + 1)]
    if share is not None:
        wanted = [share[-1] * part // parts for part in range(1, parts)]
        bounds[1:-1] = np.searchsorted(share, wanted).tolist()
    in_parts(work, bounds)
