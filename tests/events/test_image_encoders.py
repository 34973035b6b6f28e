"""Encoders of images: probabilities against their formula, latencies against exact arithmetic."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from pydantic import ValidationError
from scipy import stats

from neurospike_cli.events.encoders.encoder import Encoder
from neurospike_cli.events.encoders.image_encoder import NEVER, ImageEncoder
from neurospike_cli.events.encoders.latency import Latency
from neurospike_cli.events.encoders.rate import Rate
from neurospike_cli.registry import discover


def streams(seed: int):
    """Return streams of samples that differ."""
    return lambda sample: np.random.default_rng([seed, sample])


def one_pixel(value: int, samples: int) -> np.ndarray:
    return np.full((samples, 1, 1), value, dtype=np.uint8)


@pytest.mark.parametrize(
    ("value", "max_rate", "dt"), [(255, 64.0, 1.0), (255, 2000.0, 1.0), (30, 500.0, 5.0)]
)
def test_spikes_are_independent_with_the_probability_of_the_formula(value, max_rate, dt):
    samples, duration = 400, 250.0
    train = Rate(max_rate=max_rate, dt=dt).encode(
        one_pixel(value, samples), duration, 0.0, streams(1)
    )
    dense, n_steps = train.to_dense()[:, :, 0], math.ceil(duration / dt)
    p = 1 - math.exp(-max_rate * value / 255 * dt * 1e-3)
    assert (dense.shape, dense.max()) == ((samples, n_steps), 1)
    # Each tested at 1e-4 of chance with a seed that is fixed. The number of all spikes:
    total, n = int(dense.sum()), dense.size
    assert abs(total - n * p) < 4 * math.sqrt(n * p * (1 - p))
    # the spikes of a sample are binomial: of a Poisson number the variance would be n p,
    spread = (n_steps * p * (1 - p)) / (samples - 1)
    ratio = dense.sum(axis=1).var(ddof=1) / spread
    assert stats.chi2(samples - 1).ppf(5e-5) < ratio < stats.chi2(samples - 1).ppf(1 - 5e-5)
    # all steps are alike,
    expected = samples * p
    chi2 = ((dense.sum(axis=0) - expected) ** 2).sum() / (expected * (1 - p))
    assert stats.chi2(n_steps).ppf(5e-5) < chi2 < stats.chi2(n_steps).ppf(1 - 5e-5)
    # and a spike tells nothing about the next step.
    pairs = int((dense[:, 1:] & dense[:, :-1]).sum())
    number = samples * (n_steps - 1)
    # Neighbouring pairs share a step: each has the covariance p^3 - p^4 with both its neighbours.
    variance = number * (p**2 - p**4 + 2 * (p**3 - p**4))
    assert abs(pairs - number * p**2) < 4 * math.sqrt(variance)


def test_pixels_are_channels_in_rows_and_black_ones_silent():
    images = np.zeros((2, 3, 5), dtype=np.uint8)
    images[0, 1, 4], images[1, 2, 0] = 255, 128
    encoder = Rate(max_rate=400.0)
    train = encoder.encode(images, 1000.0, 0.0, streams(2))
    counts = train.channel_counts()
    assert (train.n_samples, train.n_steps, train.n_channels) == (2, 1000, 15)
    assert np.argwhere(counts).tolist() == [[0, 1 * 5 + 4], [1, 2 * 5 + 0]]
    for sample, rate in ((0, 400.0), (1, 400.0 * 128 / 255)):
        p = 1 - math.exp(-rate * 1e-3)
        assert abs(counts[sample].sum() - 1000 * p) < 4 * math.sqrt(1000 * p * (1 - p))
    assert (encoder.channels(5, 3), encoder.grid(5, 3), encoder.planes) == (15, (5, 3), ("pixels",))


def test_rates_are_scaled_to_one_sum_and_not_cut():
    thin, fat = np.zeros((2, 4, 4), dtype=np.uint8)
    thin[0, 0], thin[1, 1] = 51, 102  # 0.6 pixels of full brightness
    fat[:2] = 255  # 8 pixels
    images = np.stack([thin, fat, np.zeros_like(thin)])
    plain = Rate(max_rate=100.0).rates(images, 4.3)
    np.testing.assert_allclose(plain.sum(axis=1), [60.0, 800.0, 0.0], rtol=1e-14)
    mean = Rate(max_rate=100.0, normalize=True).rates(images, 4.3)
    np.testing.assert_allclose(mean.sum(axis=1), [430.0, 430.0, 0.0], rtol=1e-14)
    np.testing.assert_allclose(mean[0].max(), 430.0 * 2 / 3, rtol=1e-14)  # above max_rate
    given = Rate(max_rate=100.0, normalize=2.0).rates(images, 4.3)
    np.testing.assert_allclose(given.sum(axis=1), [200.0, 200.0, 0.0], rtol=1e-14)
    np.testing.assert_allclose(given[1] / plain[1].max(), fat.ravel() / 255 / 4, rtol=1e-14)


@pytest.mark.parametrize("value", [0, -3.0, 2e6, "mean", math.nan])
def test_a_sum_that_cannot_be_is_refused(value):
    with pytest.raises(ValidationError):
        Rate(normalize=value)
    assert Rate(normalize=1).normalize == 1.0  # a number, not `true`
    assert Rate(normalize=1).normalize is not True


IMAGE_ENCODERS = {
    name: encoder
    for name, encoder in discover(Encoder).items()
    if issubclass(encoder, ImageEncoder)
}


@pytest.mark.parametrize("name", IMAGE_ENCODERS)
def test_no_image_makes_no_sample(name):
    encoder = IMAGE_ENCODERS[name]()
    train = encoder.encode(np.zeros((0, 4, 6), np.uint8), 10.0, 1.0, streams(0))
    channels = 24 * len(encoder.planes)
    assert (train.n_samples, train.n_steps, train.n_channels, train.nnz) == (0, 10, channels, 0)
    assert encoder.channels(6, 4) == channels


@pytest.mark.parametrize("name", IMAGE_ENCODERS)
def test_a_batch_is_each_image_alone(name):
    images = np.random.default_rng(3).integers(0, 256, (5, 4, 6), dtype=np.uint8)
    encoder = IMAGE_ENCODERS[name]()
    batch = encoder.encode(images, 40.0, 12.0, streams(0))
    for i in range(5):
        own = {0: np.random.default_rng([0, i])}.__getitem__
        alone = encoder.encode(images[i : i + 1], 40.0, 12.0, own)
        np.testing.assert_array_equal(batch.sample(i).to_dense(), alone.to_dense())


def first_step(value: int, tau: float, threshold: float, dt: float) -> int:
    """Return the first k with x (1 - exp(-k dt / tau)) >= threshold, 50 digits, one by one."""
    x, limit = Decimal(value) / 255, Decimal(threshold)
    if x <= limit:
        return NEVER
    decay = (-Decimal(dt) / Decimal(tau)).exp()
    k, left = 1, decay
    while x * (1 - left) < limit:
        k, left = k + 1, left * decay
    return k - 1


@pytest.mark.parametrize(
    ("tau", "threshold", "dt"), [(20.0, 0.2, 1.0), (50.0, 0.013, 0.1), (7.0, 0.9, 2.5)]
)
def test_the_latency_is_where_a_membrane_reaches_the_threshold(tau, threshold, dt):
    steps = Latency(tau=tau, threshold=threshold, dt=dt).spike_steps()
    with localcontext() as context:
        context.prec = 50
        assert steps.tolist() == [first_step(value, tau, threshold, dt) for value in range(256)]
    # The closed form lies within the step.
    bright = np.flatnonzero(steps != NEVER)
    x = bright / 255
    exact = tau * np.log(x / (x - threshold))
    assert ((steps[bright] + 1) * dt - exact >= -1e-9).all()
    assert ((steps[bright] + 1) * dt - exact <= dt + 1e-9).all()


def test_a_pixel_spikes_once_in_its_step_and_else_is_counted():
    encoder = Latency(tau=20.0, threshold=0.2)
    values = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    steps, duration = encoder.spike_steps(), 30.0
    train = encoder.encode(values, duration, 0.0, streams(0))
    expected = np.zeros((30, 256), dtype=int)
    for value, step in enumerate(steps.tolist()):
        if step != NEVER and step < 30:
            expected[step, value] = 1
    np.testing.assert_array_equal(train.to_dense()[0], expected)
    late = int((steps >= 30).sum())
    assert late > 0
    assert train.dropped == {"after_duration": late}
    # 0.2 is the brightness 51; black pixels are nothing that is lost.
    assert encoder.losses(values, duration) == {"below_threshold": 51, "after_duration": late}
    assert expected.sum() + late + 51 + 1 == 256
