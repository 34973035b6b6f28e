"""Events without a cause are a Poisson process, and what filter and encoder make of one.

Seeds are fixed; a right generator gives p < 1e-4 for one seed in ten thousand.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import chisquare, expon, geom, kstest, poisson

from neurospike_cli.events.encoders.binary import Binary
from neurospike_cli.events.filters.refractory import Refractory
from neurospike_cli.events.patterns.random import Random
from neurospike_cli.events.stream import EventStream

WIDTH, HEIGHT, PIXELS = 25, 20, 500
RATE, DURATION = 200.0, 1000.0  # Hz and ms


def recording(seed: int) -> EventStream:
    events = Random(rate=RATE).events(WIDTH, HEIGHT, DURATION, np.random.default_rng(seed))
    return EventStream(width=WIDTH, height=HEIGHT, events=events)


def by_pixel(stream: EventStream) -> list[np.ndarray]:
    """Return the times of every pixel's events, in µs."""
    pixel = stream.events["y"].astype(int) * WIDTH + stream.events["x"]
    return [stream.events["t"][pixel == k] for k in range(PIXELS)]


def p_value(values: np.ndarray, distribution, first: int, last: int) -> float:
    """Return p of χ² for whole numbers; first and last cell hold all that lies beyond."""
    cells = np.arange(first, last + 1)
    observed = np.bincount(np.clip(values, first, last), minlength=last + 1)[first:]
    expected = distribution.pmf(cells)
    expected[0], expected[-1] = distribution.cdf(first), distribution.sf(last - 1)
    assert (expected * len(values) > 5).all()  # as χ² needs
    return float(chisquare(observed, expected * len(values)).pvalue)


def test_counts_of_pixels_and_of_bins_are_poisson() -> None:
    stream = recording(1)
    counts = np.array([len(t) for t in by_pixel(stream)])
    mean = RATE * DURATION / 1000
    # Cells of four counts, from 172 to 231: two standard deviations around 200.
    assert p_value(counts // 4, CoarsePoisson(mean, 4), 43, 57) > 1e-4
    bins = np.concatenate([np.bincount(t // 10_000, minlength=100) for t in by_pixel(stream)])
    assert p_value(bins, poisson(RATE * 0.01), 0, 9) > 1e-4


class CoarsePoisson:
    """The distribution of N // width for a Poisson N."""

    def __init__(self, mean: float, width: int) -> None:
        self.mean, self.width = mean, width

    def cdf(self, k):
        return poisson.cdf(self.width * (k + 1) - 1, self.mean)

    def sf(self, k):
        return 1 - self.cdf(k)

    def pmf(self, k):
        return self.cdf(k) - self.cdf(k - 1)


def test_intervals_between_spikes_of_a_channel_are_geometric() -> None:
    """A step has a spike with probability p = 1 - exp(-rate dt), whatever was before."""
    dt = 2.0
    train = Binary(dt=dt).encode(recording(2), DURATION)
    steps = [np.flatnonzero(channel) for channel in train.to_dense()[0].T]
    # The first 60 of some 165 of each channel: none is cut off by the end of the recording.
    assert min(len(s) for s in steps) > 61
    intervals = np.concatenate([np.diff(s)[:60] for s in steps])
    p = -math.expm1(-RATE * dt / 1000)
    assert p_value(intervals, geom(p), 1, 15) > 1e-4
    waits = np.array([s[0] + 1 for s in steps])  # and so is the wait for the first one
    assert p_value(waits, geom(p), 1, 8) > 1e-4


def test_a_dead_time_leaves_shifted_exponential_intervals() -> None:
    """Interval t_ref + Exp(λ): rate r = 1/(t_ref + 1/λ), coefficient of variation 1 - r t_ref."""
    period = 3.0
    kept = by_pixel(Refractory(period=period).apply(recording(3)))
    # The first 60 of some 125 of each pixel, so that the end of the recording cuts none off.
    assert min(len(t) for t in kept) > 61
    intervals = np.concatenate([np.diff(t)[:60] for t in kept]) / 1000
    assert intervals.min() >= period
    rate = 1 / (period + 1000 / RATE)
    # Standard errors: of the mean σ/√n, σ = 1/λ; of σ over σ √(2/n) for exponential numbers.
    n, sigma = len(intervals), 1000 / RATE
    assert abs(intervals.mean() - 1 / rate) < 4 * sigma / math.sqrt(n)
    variation = intervals.std() / intervals.mean()
    assert abs(variation / (1 - rate * period) - 1) < 4 * math.sqrt(2 / n)
    # Times are whole µs, a 5000th of the mean: far below what the test can see.
    assert kstest(intervals, expon(period, sigma).cdf).pvalue > 1e-4
