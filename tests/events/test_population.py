"""Populations against the formulas of Bohte et al. (2002), pixel by pixel."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import ValidationError

from neurospike_cli.events.encoders.population import Population
from neurospike_cli.events.receptive_fields import activity


def encoded(encoder, images, duration):
    return encoder.encode(np.array(images, dtype=np.uint8), duration, 0.0, {}.__getitem__)


def field(i, m, x, low, high, beta):
    """Return the activity of field i of 1 … m, as the paper writes it."""
    centre = low + (2 * i - 3) / 2 * (high - low) / (m - 2)
    width = 1 / beta * (high - low) / (m - 2)
    return math.exp(-((x - centre) ** 2) / (2 * width**2))


@pytest.mark.parametrize(("m", "low", "high", "beta"), [(3, 0.0, 1.0, 1.5), (8, -2.0, 5.0, 1.0)])
def test_fields_are_those_of_the_paper(m, low, high, beta):
    values = np.linspace(low, high, 12).reshape(3, 4)
    found = activity(values, low, high, m, beta)
    assert found.shape == (3, 4, m)
    for i in range(1, m + 1):
        expected = [field(i, m, x, low, high, beta) for x in values.ravel().tolist()]
        np.testing.assert_allclose(found[..., i - 1].ravel(), expected, rtol=1e-12)


def test_neighbours_meet_at_three_quarters_of_the_activity():
    # Half a distance from either centre: exp(-(beta / 2)^2 / 2) = exp(-0.28125) = 0.75484.
    # 6 fields divide 0 … 1 into quarters; both ends are such middles.
    active = np.sort(activity(np.arange(5) / 4, 0.0, 1.0, 6, 1.5), axis=1)
    np.testing.assert_allclose(active[:, -2:], 0.754840, atol=1e-6)


def test_each_value_may_have_its_own_range_and_an_empty_one_no_field():
    values, low, high = np.array([2.0, 7.0, 1.0]), np.array([1.0, 5.0, 1.0]), np.array([3.0, 9, 1])
    found = activity(values, low, high, 4, 1.5)
    for i in range(2):
        np.testing.assert_allclose(
            found[i], activity(values[i : i + 1], low[i], high[i], 4, 1.5)[0]
        )
    assert found[2].tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("fields", "overlap", "cutoff", "duration", "dt"),
    [(6, 1.5, 0.1, 250.0, 1.0), (3, 3.0, 1e-9, 10.5, 1.0), (9, 0.5, 0.6, 40.0, 0.5)],
)
def test_every_pixel_drives_its_fields_in_planes(fields, overlap, cutoff, duration, dt):
    encoder = Population(fields=fields, overlap=overlap, cutoff=cutoff, dt=dt)
    images = np.random.default_rng(5).integers(0, 256, (3, 5, 4), dtype=np.uint8)
    train = encoded(encoder, images, duration)
    expected = np.zeros((3, math.ceil(duration / dt), fields * 20), dtype=int)
    unseen = 0
    for (sample, y, x), value in np.ndenumerate(images):
        active = [field(k + 1, fields, value / 255, 0.0, 1.0, overlap) for k in range(fields)]
        unseen += max(active) < cutoff
        for k, g in enumerate(active):
            if g >= cutoff:
                channel = (k * 5 + y) * 4 + x
                expected[sample, int(duration * (1 - g) // dt), channel] = 1
    np.testing.assert_array_equal(train.to_dense(), expected)
    assert train.dropped == {}
    assert encoder.losses(images, duration) == {"below_cutoff": unseen}
    assert len(encoder.planes) == fields
    assert encoder.channels(4, 5) == train.n_channels == fields * 20


def test_black_and_white_are_values_like_others():
    # 0 and 255 lie half a distance from two fields each: both spike at 250 (1 - 0.75484) = 61.3 ms.
    # The third field of either is 1.5 distances away: exp(-(2.25)^2 / 2) = 0.0796, below 0.1.
    dense = encoded(Population(), [[[0, 255]]], 250.0).to_dense()
    assert np.argwhere(dense[0]).tolist() == [[61, 0], [61, 2], [61, 9], [61, 11]]


def test_a_pixel_between_narrow_fields_is_counted():
    # Of 3 fields at -0.5, 0.5 and 1.5 with width 1 / 10, only values near 0.5 are seen.
    encoder = Population(fields=3, overlap=10.0, cutoff=0.5)
    reach = math.sqrt(2 * math.log(2)) / 10
    values = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    seen = sum(abs(value / 255 - 0.5) < reach for value in range(256))
    assert encoded(encoder, values, 50.0).nnz == seen
    assert encoder.losses(values, 50.0) == {"below_cutoff": 256 - seen}


def test_an_activity_of_nearly_nothing_stays_within_the_sample():
    # exp(-(255/255 + 0.5)^2 / 2 * 36) is 2.6e-18: 1 - g is 1, and the time the whole duration.
    train = encoded(Population(fields=3, overlap=6.0, cutoff=1e-20), [[[255]]], 20.0)
    assert [19, 0] in np.argwhere(train.to_dense()[0]).tolist()


@pytest.mark.parametrize("changes", [{"fields": 2}, {"overlap": 0.0}, {"cutoff": 1.0}])
def test_what_makes_no_fields_is_refused(changes):
    with pytest.raises(ValidationError):
        Population(**changes)
