"""Trains and rules that several checks share, and the sums that rules are held against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.learning._driven import Counts, at, learned
from neurospike_cli.learning.stdp import STDP
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.verification._pairings import sums

TAUS = 17.0, 34.0
#: So small, with bounds so far away, that no sum of changes comes near the bounds.
A_PLUS, A_MINUS = 1e-4, 1.05e-4
BOUND = 1.0


def rule(**changed: Any) -> STDP:
    """Return a rule with hard bounds far away, and what is `changed`."""
    fixed = {"tau_plus": TAUS[0], "tau_minus": TAUS[1], "a_plus": A_PLUS, "a_minus": A_MINUS}
    return STDP.model_validate({"w_min": -BOUND, "w_max": BOUND, **fixed, **changed})


def span(chosen: STDP) -> float:
    """Return the distance between the bounds of a rule, in mV."""
    return chosen.w_max - chosen.w_min


def change(engine: str, chosen: STDP, pre: Sequence[int], post: Sequence[int]) -> float:
    """Return the change of a weight of 0 mV by spikes in steps of 1 ms, in units of the span."""
    n_steps = max([*pre, *post]) + 1
    trains = at(pre, n_steps), at(post, n_steps)
    return float(learned(engine, chosen, *trains, np.zeros((1, 1)))[0, 0]) / span(chosen)


def poisson(
    inputs: int, size: int, n_steps: int, chance: float
) -> tuple[Counts, NDArray[np.int64]]:
    """Return independent trains on both sides, (step, channel); inputs may spike twice in a step.

    Args:
        inputs, size: channels on either side.
        n_steps: their length.
        chance: of a spike in a step; twice that of two spikes of an input is its square.
    """
    rng = stream(0, Purpose.NOISE)
    pre = rng.binomial(2, chance / 2, (n_steps, inputs))
    return pre, (rng.random((n_steps, size)) < chance).astype(np.int64)


def spike_times(train: Counts) -> list[NDArray[np.int64]]:
    """Return the step of each spike of each channel, those that count twice named twice."""
    return [np.repeat(np.arange(len(train)), train[:, i]) for i in range(train.shape[1])]


def sum_of_pairs(
    chosen: STDP, pre: NDArray[np.int64], post: NDArray[np.int64]
) -> tuple[float, float]:
    """Return potentiation and depression by all pairs, in units of the span; steps of 1 ms."""
    taus = chosen.tau_plus, chosen.tau_minus
    up, down = sums(pre, post, chosen.pairing, chosen.coincident, taus)
    return chosen.a_plus * float(up.sum()), chosen.a_minus * float(down.sum())


def largest_error(engine: str, chosen: STDP, inputs: int, size: int, n_steps: int) -> float:
    """Return the largest relative error of a layer under Poisson trains against its pairs.

    Relative to the sum of the absolute contributions of a synapse's pairs; NaN, a miss, where a
    synapse has none.
    """
    pre, post = poisson(inputs, size, n_steps, 0.08)
    weights = learned(engine, chosen, pre, post, np.zeros((inputs, size))) / span(chosen)
    errors = np.full((inputs, size), np.nan)
    for i, before in enumerate(spike_times(pre)):
        for j, after in enumerate(spike_times(post)):
            up, down = sum_of_pairs(chosen, before, after)
            errors[i, j] = abs(weights[i, j] - (up - down)) / (up + down)
    return float(errors.max())


def geometric(ratio: float, n: int) -> float:
    """Return Σ_{d<n} (n - d) ratio^d: pairs of n spikes each, by the distance of their numbers."""
    return (n - ratio * (1.0 - ratio**n) / (1.0 - ratio)) / (1.0 - ratio)
