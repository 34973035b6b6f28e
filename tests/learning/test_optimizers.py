"""Optimisers against their algorithms written out for one number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurospike_cli.engine.engine import Engine, Gradient
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.learning.optimizers.adam import Adam
from neurospike_cli.learning.optimizers.optimizer import Optimizer
from neurospike_cli.learning.optimizers.sgd import SGD
from neurospike_cli.registry import discover
from tests.engines import ENGINES

FAMILY = discover(Optimizer)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return engine_named(request.param)


def follow(
    optimizer: Optimizer,
    gradients: list[float],
    scale: float,
    engine: Engine,
    start: float = 0.5,
) -> list[float]:
    """Return one weight after each step."""
    weights = {"w": np.array([[start]])}
    state = optimizer.start(weights)
    path = []
    for g in gradients:
        gradient = Gradient(np.array([[g]]))
        optimizer.step(engine, weights, {"w": gradient}, {"w": scale}, state)
        path.append(float(weights["w"][0, 0]))
    return path


def test_adam_is_algorithm_1_of_kingma_and_ba(engine: Engine) -> None:
    gradients = list(np.random.default_rng(0).standard_normal(50))
    w, m, v, expected = 0.5, 0.0, 0.0, []
    for t, g in enumerate(gradients, start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        w -= 0.01 * (m / (1 - 0.9**t)) / (math.sqrt(v / (1 - 0.999**t)) + 1e-8)
        expected.append(w)
    # 50 steps of a few roundings each at 1e-16.
    np.testing.assert_allclose(
        follow(Adam(learning_rate=0.01), gradients, 1.0, engine), expected, rtol=0, atol=1e-14
    )


def test_adams_first_step_is_the_learning_rate_in_threshold_distances(engine: Engine) -> None:
    after = follow(Adam(learning_rate=0.01), [3.0], 15.0, engine)[0]
    assert after == pytest.approx(0.5 - 15.0 * 0.01 * 45.0 / (45.0 + 1e-8), rel=1e-14)


def test_sgd_with_momentum_written_out(engine: Engine) -> None:
    path = follow(SGD(learning_rate=0.1, momentum=0.5), [1.0, 1.0, -2.0], 1.0, engine)
    # u: 1, 1.5, -1.25
    np.testing.assert_allclose(path, [0.4, 0.25, 0.375], rtol=1e-14)


def test_sgd_with_momentum_for_50_steps(engine: Engine) -> None:
    """Unrolled: w_n = w_0 - η Σ_{t ≤ n} u_t with u_t = Σ_{s ≤ t} μ^(t-s) g_s, no recursion."""
    gradients = np.random.default_rng(1).standard_normal(50)
    velocity = [sum(0.9 ** (t - s) * gradients[s] for s in range(t + 1)) for t in range(50)]
    expected = 0.5 - 15.0 * 0.01 * 15.0 * np.cumsum(velocity)
    path = follow(SGD(learning_rate=0.01, momentum=0.9), list(gradients), 15.0, engine)
    # Threshold distance 15: weights of order 10, 50 steps of a few roundings each.
    np.testing.assert_allclose(path, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", FAMILY)
def test_the_experiment_does_not_depend_on_the_millivolt_scale(name: str, engine: Engine) -> None:
    """θ ten times larger: weights ten times, gradients a tenth; the relative path is the same."""
    gradients = [0.3, -0.7, 0.2, 0.9]
    small = follow(FAMILY[name](), gradients, 1.0, engine)
    large = follow(FAMILY[name](), [g / 10 for g in gradients], 10.0, engine, start=5.0)
    assert large[-1] / 10 == pytest.approx(small[-1], rel=1e-13)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FAMILY)
def test_rows_without_gradient_are_as_if_it_were_zero(name: str, dtype: str) -> None:
    """Bit for bit, whichever rows have one, also rows that had one before."""
    rng = np.random.default_rng(0)
    start = rng.standard_normal((6, 3)).astype(dtype)
    sparse, dense = {"w": start.copy()}, {"w": start.copy()}
    optimizer = FAMILY[name]()
    states = optimizer.start(sparse), optimizer.start(dense)
    compiled, plain = (engine_named(engine) for engine in ("compiled", "numpy"))
    for rows in ([1, 4], [], [0, 1], [4]):
        gradient = Gradient(rng.standard_normal((len(rows), 3)).astype(dtype), np.array(rows, int))
        full = Gradient(gradient.dense((6, 3)))
        optimizer.step(compiled, sparse, {"w": gradient}, {"w": 15.0}, states[0])
        optimizer.step(plain, dense, {"w": full}, {"w": 15.0}, states[1])
        np.testing.assert_array_equal(sparse["w"], dense["w"])
    np.testing.assert_array_equal(sparse["w"][[2, 3, 5]], start[[2, 3, 5]])
    assert not np.array_equal(sparse["w"][[0, 1, 4]], start[[0, 1, 4]])
