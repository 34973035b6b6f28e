"""A second thread for large work on arrays.

How work is divided follows from its size alone, never from the machine, so that results have the
same bits on every number of cores.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

#: Multiplications from which a second thread gains more than the 0.05 ms that it costs.
WORTH_A_THREAD = 1_000_000


def in_halves(work: Callable[[int, int], None], rows: int, operations: int) -> None:
    """Call `work(start, stop)` for all rows: in two halves at once where there is enough to do.

    Args:
        work: does the rows from `start` to `stop`; releases the interpreter lock while it does.
        rows: how many there are.
        operations: how many multiplications that is in all.
    """
    if operations < WORTH_A_THREAD:
        work(0, rows)
        return
    other = Thread(target=work, args=(rows // 2, rows))
    other.start()
    work(0, rows // 2)
    other.join()
