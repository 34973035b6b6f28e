"""Arrays that one thread works on and no other."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurospike_cli.engine.compiler import compiled
from neurospike_cli.neurons.neuron_model import Floats

#: Rows' worth of numbers on either side of an array.
MARGIN = 32


@compiled
def scratch(rows: int, size: int, dtype: Any) -> Floats:
    """Return an array of any content, (row, size), apart from what other threads write to.

    Two threads that write to one cache line wait for each other: without the margin, a forward
    pass took three times as long in every other process, as chance would have it.
    """
    padded = np.empty(rows * size + 2 * MARGIN, dtype)
    return padded[MARGIN : MARGIN + rows * size].reshape(rows, size)
