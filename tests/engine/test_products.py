"""The engine's products against plain loops, with one thread and with two."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.dense_products import BLAS_ADVANTAGE, dense_product
from neurospike_cli.engine.threads import WORTH_A_THREAD
from neurospike_cli.engine.workspace import Workspace

STEPS, SAMPLES, NEURONS = 100, 8, 64


def spikes(seed: int = 0) -> list[np.ndarray]:
    """Flat indices that fired per step, at 10 % activity, with a silent step in between."""
    rng = np.random.default_rng(seed)
    fired = [np.flatnonzero(rng.random(SAMPLES * NEURONS) < 0.1) for _ in range(STEPS)]
    fired[7] = np.empty(0, dtype=np.int64)
    return fired


def matrix() -> sparse.SpikeMatrix:
    return sparse.spike_matrix(spikes(), SAMPLES, NEURONS, "float32")


def test_a_spike_matrix_has_a_row_for_every_step_and_sample() -> None:
    dense = matrix().toarray().reshape(STEPS, SAMPLES, NEURONS)
    for step, fired in enumerate(spikes()):
        expected = np.zeros(SAMPLES * NEURONS)
        expected[fired] = 1.0
        np.testing.assert_array_equal(dense[step].ravel(), expected)


@pytest.mark.parametrize("onto", [False, True])
@pytest.mark.parametrize("width", [3, 400])
def test_a_current_has_the_bits_of_a_loop_in_ascending_order(width: int, onto: bool) -> None:
    s = matrix()
    assert (s.nnz * width >= WORTH_A_THREAD) == (width == 400)
    weight = np.random.default_rng(1).standard_normal((NEURONS, width)).astype(np.float32)
    before = np.random.default_rng(2).standard_normal((STEPS * SAMPLES, width)).astype(np.float32)
    out = before.copy()
    sparse.layer_current(s, weight, out=out, onto=onto)
    for row in range(STEPS * SAMPLES):
        total = before[row] if onto else np.zeros(width, dtype=np.float32)
        for channel in s.indices[s.indptr[row] : s.indptr[row + 1]]:
            total += weight[channel]
        np.testing.assert_array_equal(out[row], total)


@pytest.mark.parametrize("width", [3, 400])
def test_a_weight_gradient_is_the_transposed_product(width: int) -> None:
    delta = np.random.default_rng(2).standard_normal((STEPS * SAMPLES, width))
    s = sparse.spike_matrix(spikes(), SAMPLES, NEURONS, "float64")
    # Sums of about 80 terms of order one.
    np.testing.assert_allclose(
        sparse.weight_gradient(s, delta), s.toarray().T @ delta, rtol=0, atol=1e-12
    )


def test_a_weight_gradient_repeats_bit_for_bit() -> None:
    delta = np.random.default_rng(2).standard_normal((STEPS * SAMPLES, 400)).astype(np.float32)
    first = sparse.weight_gradient(matrix(), delta)
    for _ in range(5):
        np.testing.assert_array_equal(sparse.weight_gradient(matrix(), delta), first)


def sparse_pairs(size: int, rng: np.random.Generator) -> np.ndarray:
    """Return a matrix of which a third is not 0, in float32."""
    weight = rng.standard_normal((size, size)) * (rng.random((size, size)) < 0.3)
    return weight.astype(np.float32)


def test_pairs_are_added_one_after_the_other() -> None:
    rng = np.random.default_rng(3)
    weight, fired = sparse_pairs(NEURONS, rng), spikes()[0]
    out = rng.standard_normal((SAMPLES, NEURONS)).astype(np.float32)
    expected, pairs = out.copy(), csr_array(weight)
    nowhere = np.zeros(len(fired), np.int64)
    sparse.add_pairs(fired, nowhere, pairs.indptr, pairs.indices, pairs.data, out=out)
    assert len(fired) > SAMPLES
    for index in fired:
        expected[index // NEURONS] += weight[index % NEURONS]
    np.testing.assert_array_equal(out, expected)


def test_the_gradient_of_pairs_is_the_product_at_the_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    pairs, s = csr_array(sparse_pairs(NEURONS, rng)), matrix()
    delta = rng.standard_normal((s.shape[0], NEURONS))
    full = s.toarray().T @ delta
    for block in (1, 7 * NEURONS, 10**9):
        monkeypatch.setattr(sparse, "PRODUCT_BLOCK", block)
        found = sparse.pair_gradient(s, delta, pairs.indptr, pairs.indices)
        # Sums of some hundred terms of order one.
        np.testing.assert_allclose(found, full[pairs.nonzero()], rtol=0, atol=1e-12)


@pytest.mark.parametrize("rows", [0, 1, 17, STEPS * SAMPLES - 1, STEPS * SAMPLES, 10_000])
def test_a_matrix_is_moved_down(rows: int) -> None:
    dense = matrix().toarray()
    expected = np.zeros_like(dense)
    expected[rows:] = dense[: max(0, len(dense) - rows)]
    np.testing.assert_array_equal(sparse.later(matrix(), rows).toarray(), expected)


@pytest.mark.parametrize("rows", [7, 2000])
def test_a_dense_product_in_halves(rows: int) -> None:
    rng = np.random.default_rng(4)
    left, right = rng.standard_normal((rows, 100)), rng.standard_normal((100, 101))
    assert (left.size * 101 // BLAS_ADVANTAGE >= WORTH_A_THREAD) == (rows == 2000)
    out = np.full((rows, 101), np.nan)
    dense_product(left, right, out=out)
    np.testing.assert_allclose(out, np.einsum("ij,jk->ik", left, right), rtol=0, atol=1e-12)


def test_a_workspace_keeps_memory_and_grows() -> None:
    workspace, kind = Workspace(), np.dtype(np.float32)
    small = workspace.take("a", (2, 3), kind)
    large = workspace.take("a", (4, 3), kind)
    assert (small.shape, large.shape) == ((2, 3), (4, 3))
    assert np.shares_memory(large, workspace.take("a", (2, 3), kind))
    assert not np.shares_memory(large, workspace.take("b", (4, 3), kind))
    assert workspace.take("a", (2, 3), np.dtype(np.float64)).dtype == np.float64
