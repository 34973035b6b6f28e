"""From the gradient of the weights to their change."""

from __future__ import annotations

from typing import Any

from neurospike_cli.engine.compiler import compiled, elements, put_elements
from neurospike_cli.neurons.neuron_model import Floats


@compiled
def descend_rows(
    law: Any,
    weight: Floats,
    gradient: Floats,
    moments: tuple[Floats, ...],
    rows: Any,
    place: Any,
    first: int,
    last: int,
) -> None:
    """Apply an optimiser's law to the weights of rows[first:last].

    Args:
        law: the equations.
        weight, moments: (row, column), changed.
        gradient: one row for each row that has one.
        rows: the rows to change.
        place: for every row of `weight`, its row in `gradient`; -1 where the gradient is 0.
        first, last: which of `rows`.
    """
    for r in range(first, last):
        row = rows[r]
        for j in range(weight.shape[1]):
            slope = weight.dtype.type(0)
            if place[row] >= 0:
                slope = gradient[place[row], j]
            changed = law.change(weight[row, j], slope, elements(moments, row, j))
            weight[row, j] = changed[0]
            put_elements(moments, row, j, changed[1])
