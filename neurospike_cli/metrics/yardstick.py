"""The yardstick beside every result: a linear classifier on event counts, blind to time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Counts = NDArray[np.float64]
#: From counts, (sample, channel), to the class of each sample.
Classifier = Callable[[Counts], NDArray[np.int64]]

#: Strength of the quadratic penalty, relative to one sample's loss.
PENALTY = 1e-2


def linear_classifier(train: Counts, labels: NDArray[np.int64]) -> Classifier:
    """Return multinomial logistic regression, fitted.

    Minimises Σ -log softmax(x W + b)[label] / n + PENALTY |W|² / 2 on features scaled to zero mean
    and one common variance, by L-BFGS.

    Args:
        train: events per channel, (sample, channel).
        labels: classes, (sample,).
    """
    mean = train.mean(axis=0)
    scale = max(float((train - mean).std()), 1e-12)
    x, classes = (train - mean) / scale, int(labels.max()) + 1
    onehot = np.eye(classes)[labels]

    def objective(flat: Counts) -> tuple[float, Counts]:
        w, b = flat[:-classes].reshape(-1, classes), flat[-classes:]
        z = x @ w + b
        z -= z.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        error = (np.exp(log_p) - onehot) / len(x)
        loss = -(onehot * log_p).sum() / len(x) + 0.5 * PENALTY * (w**2).sum()
        return float(loss), np.concatenate([(x.T @ error + PENALTY * w).ravel(), error.sum(axis=0)])

    start = np.zeros((x.shape[1] + 1) * classes)
    flat = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    w, b = flat[:-classes].reshape(-1, classes), flat[-classes:]

    def classify(counts: Counts) -> NDArray[np.int64]:
        best: NDArray[np.int64] = ((counts - mean) / scale @ w + b).argmax(axis=1)
        return best

    return classify
