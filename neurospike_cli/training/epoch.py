"""One pass over a split, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.errors import DivergedError
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.rule import Arrays, BatchResult, LearningRule


def batches(order: NDArray[np.int64], size: int) -> list[NDArray[np.int64]]:
    """Cut `order` into batches of `size`; the last one holds what is left."""
    return [order[start : start + size] for start in range(0, len(order), size)]


def train_batches(
    network: NeuroSpikeNetwork,
    rule: LearningRule,
    state: Arrays,
    samples: Callable[[NDArray[np.int64]], SpikeTrain],
    labels: NDArray[np.int64],
    chosen: list[tuple[NDArray[np.int64], float]],
) -> Iterator[BatchResult]:
    """Change `network` and `state` batch by batch, yielding after each.

    Args:
        network, rule, state: what learns, and how.
        samples: makes the spikes of a batch, when it is its turn.
        labels: classes of all samples.
        chosen: indices of the samples of each batch, and the share of the phase before it.

    Raises:
        DivergedError: the loss or a weight is not finite.
    """
    for batch, done in chosen:
        # A number that is not finite is told by the check below, not by numpy's warnings.
        with np.errstate(all="ignore"):
            result = rule.update(network, samples(batch), labels[batch], state, done)
        _check_finite(network, result)
        yield result


def _check_finite(network: NeuroSpikeNetwork, result: BatchResult) -> None:
    # A sum is finite exactly if all its terms are, short of an overflow that is as bad.
    bad = [name for name, w in network.weights.items() if not np.isfinite(w.sum())]
    if bad or not np.isfinite(result.loss):
        what = f"{bad[0]} is no longer finite" if bad else f"the loss is {result.loss}"
        raise DivergedError(
            f"training diverged: {what}",
            hint="lower the phase's optimizer.learning_rate, or its a_plus and a_minus",
        )
