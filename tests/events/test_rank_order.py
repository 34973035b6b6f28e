"""Rank order against a list of pixels that is sorted by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pydantic import ValidationError

from neurospike_cli.events.encoders.rank_order import RankOrder

IMAGES = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4)),
    # Few values, so that many pixels are equally bright.
    elements=st.sampled_from([0, 1, 50, 51, 52, 254, 255]),
)


def encoded(encoder, images, duration):
    return encoder.encode(np.array(images, dtype=np.uint8), duration, 0.0, {}.__getitem__)


def by_hand(images, interval, dt, duration, threshold):
    """Return (sample, step, channel) of all spikes, how many are too late, and how many too dim."""
    spikes, late, dim = [], 0, 0
    for sample, image in enumerate(images):
        pixels = sorted(enumerate(image.ravel().tolist()), key=lambda pixel: (-pixel[1], pixel[0]))
        bright = [(channel, value) for channel, value in pixels if value / 255 > threshold]
        dim += sum(value > 0 for _, value in pixels) - len(bright)
        for rank, (channel, _) in enumerate(bright):
            step = int(rank * interval // dt)
            late += step * dt >= duration
            spikes += [(sample, step, channel)] if step * dt < duration else []
    return sorted(spikes), late, dim


def test_the_brightest_is_first_and_equal_ones_follow_in_rows():
    image = [[[0, 90, 255], [90, 7, 255]]]
    train = encoded(RankOrder(), image, 8.0)
    spikes = {step: channel for _, step, channel in np.argwhere(train.to_dense())}
    assert spikes == {0: 2, 1: 5, 2: 1, 3: 3, 4: 4}
    assert train.dropped == {}


def test_contrast_and_light_change_nothing():
    image = np.arange(24, dtype=np.uint8).reshape(1, 4, 6)
    for other in (image * 10, image + 100 * (image > 0)):
        same = encoded(RankOrder(), other, 30.0), encoded(RankOrder(), image, 30.0)
        np.testing.assert_array_equal(same[0].to_dense(), same[1].to_dense())


@settings(deadline=None)
@given(
    IMAGES,
    st.integers(1, 30),
    st.integers(1, 30),
    st.integers(1, 200),
    st.sampled_from([0.0, 0.2, 0.9]),
)
def test_ranks_are_those_of_a_sorted_list(images, interval, dt, duration, threshold):
    # Tenths of a ms, in whole µs as the encoder counts.
    encoder = RankOrder(interval=interval / 10, dt=dt / 10, threshold=threshold)
    spikes, late, dim = by_hand(images, Fraction(interval), Fraction(dt), duration, threshold)
    train = encoded(encoder, images, duration / 10)
    assert [tuple(at) for at in np.argwhere(train.to_dense()).tolist()] == spikes
    assert train.dropped == ({"after_duration": late} if late else {})
    assert encoder.losses(images, duration / 10) == {"below_threshold": dim, "after_duration": late}
    # Conservation: every pixel that is not black spikes or is counted.
    assert np.count_nonzero(images) == len(spikes) + late + dim


@pytest.mark.parametrize("interval", [0.0, -1.0, 0.0005])
def test_an_interval_that_is_no_whole_microsecond_is_refused(interval):
    with pytest.raises(ValidationError):
        RankOrder(interval=interval)
    assert RankOrder(interval="250 us").interval == 0.25
