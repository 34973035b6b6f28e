"""Losses: gradients against complex steps and closed forms, and extremes."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from neurospike_cli.learning.losses.cross_entropy import CrossEntropy
from neurospike_cli.learning.losses.loss import Loss
from neurospike_cli.learning.losses.mse_count import MSECount
from neurospike_cli.registry import discover

FAMILY = discover(Loss)


@pytest.mark.parametrize("name", FAMILY)
def test_gradient_is_the_slope_of_the_loss(name: str) -> None:
    rng = np.random.default_rng(0)
    scores, labels = rng.uniform(0, 8, (5, 4)), rng.integers(0, 4, 5)
    loss = FAMILY[name]()
    _, gradient = loss.evaluate(scores, labels)
    for index in np.ndindex(scores.shape):
        step = np.zeros_like(scores)
        step[index] = 1e-5
        slope = loss.evaluate(scores + step, labels)[0] - loss.evaluate(scores - step, labels)[0]
        # Central difference: error h^2 f'''/6 ~ 1e-11, and rounding 1e-14/1e-5.
        assert abs(gradient[index] - slope / 2e-5) < 2e-9


def test_cross_entropy_by_complex_steps() -> None:
    """L = log Σ exp z - z[label], z = n/T: the imaginary part of L(n + i h) is h dL/dn."""
    rng = np.random.default_rng(0)
    scores, labels = rng.uniform(0, 8, (5, 4)), rng.integers(0, 4, 5)
    _, gradient = CrossEntropy(temperature=2.5).evaluate(scores, labels)
    for row, label in enumerate(labels):
        for c in range(4):
            z = (scores[row] + 1e-30j * (np.arange(4) == c)) / 2.5
            loss = np.log(np.exp(z).sum()) - z[label]
            assert abs(gradient[row, c] - loss.imag / 1e-30) < 1e-14


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


def test_squared_error_of_counts_worked_out() -> None:
    """Targets 6 for the right class, 2 for the others; errors 1, -2, 3 and -4, 0, 5."""
    counts = np.array([[7.0, 0.0, 5.0], [-2.0, 2.0, 11.0]], dtype=np.float32)
    loss, gradient = MSECount(target=6.0, other=2.0).evaluate(counts, np.array([0, 2]))
    # (1 + 4 + 9)/3 + (16 + 0 + 25)/3, and 2/3 of each error.
    assert loss == pytest.approx(55 / 3, abs=1e-14)
    errors = np.array([[1, -2, 3], [-4, 0, 5]])
    np.testing.assert_allclose(gradient, 2 * errors / 3, rtol=0, atol=1e-14)


def test_a_difference_of_squared_errors_is_the_gradient_whatever_the_step() -> None:
    """A central difference of a square is exact, and so are all numbers here, which are dyadic."""
    rng = np.random.default_rng(1)
    counts, labels = rng.integers(0, 40, (6, 8)).astype(float), rng.integers(0, 8, 6)
    loss = MSECount(target=20.0, other=1.5)
    _, gradient = loss.evaluate(counts, labels)
    for index in np.ndindex(counts.shape):
        step = np.zeros_like(counts)
        step[index] = 4.0
        slope = loss.evaluate(counts + step, labels)[0] - loss.evaluate(counts - step, labels)[0]
        assert abs(gradient[index] - slope / 8.0) <= 1e-14


def test_the_right_class_must_fire_more_than_the_others() -> None:
    with pytest.raises(ValidationError, match=r"target \(2.0\) must be above other \(2.0\)"):
        MSECount(target=2.0, other=2.0)
