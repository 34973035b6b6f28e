"""Which neurons of a layer: flags that are set in wide registers and read 64 at a time.

Few neurons of a row fire or are near threshold. To look at each of them took half of a step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurospike_cli.engine.compiler import (
    WORD,
    compiled,
    inlined,
    lowest_bit,
    without_lowest_bit,
    word_of_flags,
)


@compiled
def flags_for(size: int) -> Any:
    """Return flags for `size` neurons, all 0; uint8, in whole words."""
    # A word more, so that what lies behind in memory is on another cache line.
    return np.zeros((size // WORD + 2) * WORD, np.uint8)


@inlined
def flagged(flags: Any, chosen: Any) -> int:
    """Write the neurons whose flag is not 0 to `chosen`, ascending; return how many."""
    found = 0
    for w in range(len(flags) // WORD - 1):
        bits: Any = word_of_flags(flags, w)  # type: ignore[call-arg]
        while bits != 0:
            chosen[found] = w * WORD + lowest_bit(bits)
            bits = without_lowest_bit(bits)
            found += 1
    return found
