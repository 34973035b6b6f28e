"""Spike trains that are moved in time, against dense arrays."""

from __future__ import annotations

import numpy as np
import pytest

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
    assert later.dropped == dense.sum() - expected.sum()


@pytest.mark.parametrize("n_steps", [0, 1, 9, 10, 25])
def test_another_length_cuts_or_appends_silence(n_steps: int) -> None:
    dense, changed = made(True).to_dense(), made(True).with_steps(n_steps)
    kept = min(n_steps, STEPS)
    np.testing.assert_array_equal(changed.to_dense()[:, :kept], dense[:, :kept])
    assert changed.to_dense().shape == (3, n_steps, CHANNELS)
    assert changed.to_dense()[:, kept:].sum() == 0
    assert changed.dropped == dense[:, kept:].sum()
