"""The linear yardstick: right where a line suffices, at chance where only time tells."""

from __future__ import annotations

import numpy as np

from neurospike_cli.metrics.yardstick import linear_classifier


def accuracy_of(train, labels, test, truth) -> float:
    return float((linear_classifier(train, labels)(test) == truth).mean())


def gaussian_classes(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Two classes of equal spherical spread whose means are 2 standard deviations apart."""
    labels = np.arange(n) % 2
    x = rng.standard_normal((n, 2))
    x[:, 0] += 2.0 * labels
    return x, labels


def test_reaches_the_best_possible_accuracy_of_two_gaussians() -> None:
    """The best boundary lies in the middle, one standard deviation away: Φ(1) = 0.8413 right."""
    rng = np.random.default_rng(0)
    train, test = gaussian_classes(rng, 4000), gaussian_classes(rng, 4000)
    accuracy = accuracy_of(*train, *test)
    # Standard deviation of a share of 4000: 0.006; three of them.
    assert abs(accuracy - 0.8413) < 0.018


def test_classes_that_a_line_separates_are_all_right() -> None:
    counts = np.repeat(np.eye(5) * 20, 8, axis=0)
    labels = np.repeat(np.arange(5), 8)
    assert accuracy_of(counts, labels, counts, labels) == 1.0


def test_equal_counts_give_chance() -> None:
    counts, labels = np.full((40, 6), 3.0), np.arange(40) % 4
    assert accuracy_of(counts, labels, counts, labels) == 0.25


def test_scale_and_offset_of_the_counts_do_not_matter() -> None:
    rng = np.random.default_rng(1)
    (x, labels), (y, truth) = gaussian_classes(rng, 300), gaussian_classes(rng, 300)
    assert accuracy_of(x, labels, y, truth) == accuracy_of(
        1000 * x + 7, labels, 1000 * y + 7, truth
    )
