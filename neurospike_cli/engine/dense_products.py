"""The dense products of the backward pass, on threads of our own.

The BLAS library would divide a product by the number of cores, which changes its bits, and its
threads wait actively after each call, on the core that the second half of the next product needs.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from neurospike_cli.engine.threads import in_halves

#: How many times faster a multiplication is here than in a sparse product.
BLAS_ADVANTAGE = 16


def dense_product(
    left: NDArray[np.floating], right: NDArray[np.floating], out: NDArray[np.floating]
) -> None:
    """Write left @ right to `out`, the rows of `left` in halves."""

    def some_rows(start: int, stop: int) -> None:
        np.matmul(left[start:stop], right, out=out[start:stop])

    with _blas_libraries().limit(limits=1, user_api="blas"):
        in_halves(some_rows, len(left), left.size * right.shape[1] // BLAS_ADVANTAGE)


@cache
def _blas_libraries() -> ThreadpoolController:
    """The BLAS libraries of this process; looking for them takes some ms."""
    return ThreadpoolController()
