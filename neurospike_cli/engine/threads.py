"""Two threads for the large products, none of them the linear-algebra library's own.

How a product is divided follows from its size alone, never from the machine, so that its bits are
the same on every number of cores. The BLAS library would divide by the number of cores, and its
threads wait actively after each call, on the core that the second half needs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from threading import Thread

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

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


def dense_product(
    left: NDArray[np.floating], right: NDArray[np.floating], out: NDArray[np.floating]
) -> None:
    """Write left @ right to `out`, the rows of `left` in halves."""

    def some_rows(start: int, stop: int) -> None:
        np.matmul(left[start:stop], right, out=out[start:stop])

    with _blas_libraries().limit(limits=1, user_api="blas"):
        in_halves(some_rows, len(left), left.size * right.shape[1])


@cache
def _blas_libraries() -> ThreadpoolController:
    """The BLAS libraries of this process; looking for them takes some ms."""
    return ThreadpoolController()
