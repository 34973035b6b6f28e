"""Losses: gradients against finite differences, and extremes."""

from __future__ import annotations

import numpy as np

from neurospike_cli.learning.losses.cross_entropy import CrossEntropy


def test_gradient_is_the_slope_of_the_loss() -> None:
    rng = np.random.default_rng(0)
    scores, labels = rng.uniform(0, 8, (5, 4)), rng.integers(0, 4, 5)
    loss = CrossEntropy(temperature=2.5)
    _, gradient = loss.evaluate(scores, labels)
    for index in np.ndindex(scores.shape):
        step = np.zeros_like(scores)
        step[index] = 1e-5
        slope = loss.evaluate(scores + step, labels)[0] - loss.evaluate(scores - step, labels)[0]
        # Central difference: error h^2 f'''/6 ~ 1e-11, and rounding 1e-15/1e-5.
        assert abs(gradient[index] - slope / 2e-5) < 1e-9


def test_rows_of_the_gradient_sum_to_zero() -> None:
    scores = np.random.default_rng(0).uniform(0, 50, (6, 10))
    _, gradient = CrossEntropy().evaluate(scores, np.arange(6))
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-14)


def test_equal_scores_cost_the_logarithm_of_the_classes() -> None:
    loss, _ = CrossEntropy().evaluate(np.full((3, 8), 7.0), np.array([0, 3, 7]))
    np.testing.assert_allclose(loss, 3 * np.log(8), rtol=1e-15)


def test_extreme_scores_stay_finite() -> None:
    loss, gradient = CrossEntropy().evaluate(np.array([[1e4, -1e4]]), np.array([1]))
    assert loss == 2e4
    np.testing.assert_array_equal(gradient, [[1.0, -1.0]])
