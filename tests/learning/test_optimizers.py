"""Optimisers against their algorithms written out for one number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurospike_cli.learning.optimizers.adam import Adam
from neurospike_cli.learning.optimizers.optimizer import Optimizer
from neurospike_cli.learning.optimizers.sgd import SGD
from neurospike_cli.registry import discover

FAMILY = discover(Optimizer)


def follow(optimizer: Optimizer, gradients: list[float], scale: float) -> list[float]:
    """Return one weight after each step."""
    weights = {"w": np.array([0.5])}
    state = optimizer.start(weights)
    path = []
    for g in gradients:
        optimizer.step(weights, {"w": np.array([g])}, {"w": scale}, state)
        path.append(float(weights["w"][0]))
    return path


def test_adam_is_algorithm_1_of_kingma_and_ba() -> None:
    gradients = list(np.random.default_rng(0).standard_normal(50))
    w, m, v, expected = 0.5, 0.0, 0.0, []
    for t, g in enumerate(gradients, start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        w -= 0.01 * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
        expected.append(w)
    # 50 steps of a few roundings each at 1e-16.
    np.testing.assert_allclose(
        follow(Adam(learning_rate=0.01), gradients, 1.0), expected, rtol=0, atol=1e-14
    )


def test_adams_first_step_is_the_learning_rate_in_threshold_distances() -> None:
    after = follow(Adam(learning_rate=0.01), [3.0], scale=15.0)[0]
    assert after == pytest.approx(0.5 - 15.0 * 0.01 * 45.0 / (45.0 + 1e-8), rel=1e-14)


def test_sgd_with_momentum_written_out() -> None:
    path = follow(SGD(learning_rate=0.1, momentum=0.5), [1.0, 1.0, -2.0], 1.0)
    # u: 1, 1.5, -1.25
    np.testing.assert_allclose(path, [0.4, 0.25, 0.375], rtol=1e-14)


@pytest.mark.parametrize("name", FAMILY)
def test_the_experiment_does_not_depend_on_the_millivolt_scale(name: str) -> None:
    """θ ten times larger: weights ten times, gradients a tenth; the relative path is the same."""
    gradients = [0.3, -0.7, 0.2, 0.9]
    small = follow(FAMILY[name](), gradients, 1.0)
    large = {"w": np.array([5.0])}
    state = FAMILY[name]().start(large)
    for g in gradients:
        FAMILY[name]().step(large, {"w": np.array([g / 10])}, {"w": 10.0}, state)
    assert float(large["w"][0]) / 10 == pytest.approx(small[-1], rel=1e-13)
