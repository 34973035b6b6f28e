"""Spike trains that are moved in time, against dense arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.events.spike_train import SpikeTrain

STEPS, CHANNELS = 10, 4


def made(count: bool) -> SpikeTrain:
    """Return three samples with events at the same place."""
    rng = np.random.default_rng(0)
    extent = {"dt": 1.0, "n_steps": STEPS, "n_channels": CHANNELS, "count": count}
    return SpikeTrain.batch(
        [
            SpikeTrain.from_pairs(
                rng.integers(0, STEPS, 30), rng.integers(0, CHANNELS, 30), **extent
            )
            for _ in range(3)
        ]
    )


@pytest.mark.parametrize("count", [False, True])
@pytest.mark.parametrize("steps", [0, 1, 9, 10, 25])
def test_a_delay_moves_spikes_and_counts_what_falls_behind_the_end(steps: int, count: bool) -> None:
    train = made(count)
    dense, later = train.to_dense(), train.delayed(steps)
    expected = np.zeros_like(dense)
    expected[:, steps:] = dense[:, : max(0, STEPS - steps)]
    np.testing.assert_array_equal(later.to_dense(), expected)
    lost = dense.sum() - expected.sum()
    assert later.dropped == ({"after_last_step": lost} if lost else {})


@pytest.mark.parametrize("n_steps", [0, 1, 9, 10, 25])
def test_another_length_cuts_or_appends_silence(n_steps: int) -> None:
    dense, changed = made(True).to_dense(), made(True).with_steps(n_steps)
    kept = min(n_steps, STEPS)
    np.testing.assert_array_equal(changed.to_dense()[:, :kept], dense[:, :kept])
    assert changed.to_dense().shape == (3, n_steps, CHANNELS)
    assert changed.to_dense()[:, kept:].sum() == 0
    lost = dense[:, kept:].sum()
    assert changed.dropped == ({"after_last_step": lost} if lost else {})
    again = changed.with_steps(0).dropped
    assert again.get("after_last_step", 0) == dense.sum()


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(1, 300), st.integers(1, 5), st.data())
def test_rows_are_pairs_of_each_sample(n_samples, n_steps, n_channels, data):
    pair = st.tuples(st.integers(0, n_samples * n_steps - 1), st.integers(0, n_channels - 1))
    # By channel, as is asked for; rows in any order.
    pairs = sorted(data.draw(st.lists(pair, max_size=30)), key=lambda p: p[1])
    rows, channels = (np.array([p[i] for p in pairs], dtype=np.int32) for i in (0, 1))
    extent = {"dt": 0.5, "n_steps": n_steps, "n_channels": n_channels}
    train = SpikeTrain.from_rows(rows, channels, n_samples=n_samples, dropped={"a": 3}, **extent)
    samples = [
        SpikeTrain.from_pairs(rows[of] % n_steps, channels[of], **extent)
        for of in (rows // n_steps == sample for sample in range(n_samples))
    ]
    expected = SpikeTrain.batch(samples)
    np.testing.assert_array_equal(train.offsets, expected.offsets)
    np.testing.assert_array_equal(train.channels, expected.channels)
    assert (train.dropped, train.channels.dtype, train.extent) == (
        {"a": 3},
        np.int32,
        expected.extent,
    )


def test_more_rows_than_16_bits_hold():
    rows = np.array([2**16, 5, 2**17 - 1, 2**16], dtype=np.int64)
    train = SpikeTrain.from_rows(
        rows, np.array([0, 0, 0, 1], np.int32), dt=1.0, n_samples=2, n_steps=2**16, n_channels=2
    )
    assert np.argwhere(train.to_dense()).tolist() == [
        [0, 5, 0],
        [1, 0, 0],
        [1, 0, 1],
        [1, 65535, 0],
    ]
