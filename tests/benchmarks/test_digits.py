"""What the rows of plasticity learn from, and that ours does learn from it."""

from __future__ import annotations

import numpy as np

from benchmarks.contestants.neurospike_numpy_stdp import NeuroSpikeNumPySTDP
from benchmarks.digits import BRIGHTNESS, DENSITY, INKED, MAX_RATE, SIDE, digits
from benchmarks.workload import Workload

WORKLOAD = Workload((SIDE**2, 8), density=DENSITY, steps=250)


def test_digits_have_the_ink_and_brightness_of_real_ones() -> None:
    images = digits(20)
    assert images.shape == (20, SIDE, SIDE)
    assert ((images > 0).sum(axis=(1, 2)) == INKED).all()
    # The darkest hundred fall from 1 to 0.01 in equal steps, half a pixel above 100 in sum.
    np.testing.assert_allclose(images.sum(axis=(1, 2)) / 255, BRIGHTNESS + 0.5, atol=0.1)


def test_digits_are_the_same_for_everybody_and_differ_from_each_other() -> None:
    assert (digits(5) == digits(8)[:5]).all()
    assert len(np.unique(digits(20), axis=0)) == 20


def test_our_spikes_have_the_density_that_the_row_names() -> None:
    data = NeuroSpikeNumPySTDP(WORKLOAD).data
    train = data.select(np.arange(len(data)))
    assert (train.n_steps, train.n_channels) == (WORKLOAD.steps, SIDE**2)
    pixels = data.images / data.images.sum(axis=(1, 2), keepdims=True) * BRIGHTNESS
    chances = 1 - np.exp(-1e-3 * MAX_RATE * pixels)
    expected = WORKLOAD.steps * chances.sum()
    # The variance of a sum of coins is below its mean; four standard deviations.
    assert abs(train.nnz - expected) < 4 * expected**0.5
    assert 0.95 * DENSITY < expected / (train.n_samples * train.n_steps * SIDE**2) < DENSITY


def test_our_work_is_learning_from_spikes_drawn_anew() -> None:
    ours = NeuroSpikeNumPySTDP(WORKLOAD)
    (weight,) = (w for w in ours.network.weights.values() if w.shape == WORKLOAD.sizes)
    before, norm = weight.copy(), weight.sum(axis=0).mean()
    ours.train()
    assert not np.array_equal(weight, before)
    np.testing.assert_allclose(weight.sum(axis=0), norm, rtol=1e-4)
    first = ours.data.drawn(ours.samples, 0).channel_counts()
    assert not np.array_equal(first, ours.data.drawn(ours.samples, ours.epoch).channel_counts())
