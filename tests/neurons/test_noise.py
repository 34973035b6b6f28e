"""The LIF neuron under noise: the membrane's moments, and the rate of Siegert."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad

from neurospike_cli.neurons.lif import LIFNeuron
from tests.engines import ENGINES, drive

TAU, THETA = 20.0, 15.0


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.mark.parametrize(("rate", "dt", "tau"), [(2.0, 1.0, 5.0), (0.5, 0.5, 4.0)])
def test_shot_noise_has_the_moments_of_the_grid(
    rate: float, dt: float, tau: float, engine: str
) -> None:
    """Mean λh/(1-a), variance λh/(1-a²), a = exp(-h/τ), of Poisson spikes of 1 mV."""
    steps, neurons, start = 2000, 1000, round(20 * tau / dt)
    rng = np.random.default_rng(34)
    current = rng.poisson(rate * dt, (start + steps, 1, neurons)).astype(float)
    neuron = LIFNeuron(tau_m=tau, v_rest=0.0, v_thresh=1000.0)
    u = drive(neuron, current, dt, engine).states[0][start:]
    a = math.exp(-dt / tau)
    mean, variance = rate * dt / (1 - a), rate * dt / (1 - a**2)
    # Correlations of a^k leave (1-a)/(1+a) of the steps as independent ones: 4 standard errors.
    error = math.sqrt(variance / (steps * neurons * (1 - a) / (1 + a)))
    assert abs(u.mean() - mean) <= 4 * error
    # Squares are correlated as a^2k: at least 2e5 independent ones, so that sqrt(2/n) is 0.3 %,
    # and with the excess kurtosis of rare spikes, up to 0.5, not 0.4 %.
    assert u.var() == pytest.approx(variance, rel=0.01)


def siegert(mean: float, deviation: float, threshold: float, wait: float) -> float:
    """Return the rate in Hz by the plain integrand, which is small enough for these numbers."""

    def integrand(x: float) -> float:
        return math.exp(x * x) * (1 + math.erf(x))

    climb, _ = quad(integrand, -mean / deviation, (threshold - mean) / deviation)
    return 1e3 / (wait + TAU * math.sqrt(math.pi) * climb)


@pytest.mark.parametrize("dt", [0.1, 0.4])
@pytest.mark.parametrize("mean", [12.0, 20.0])
def test_the_rate_under_noise_is_that_of_siegert(mean: float, dt: float, engine: str) -> None:
    """With the threshold 0.5826 σ √(h/τ) higher, for crossings between two steps."""
    deviation, neurons, duration, start = 5.0, 400, 1200.0, 200.0
    # a u + n keeps the variance σ²/2 if that of n is (1 - a²) σ²/2.
    step = deviation * math.sqrt(-math.expm1(-2 * dt / TAU) / 2)
    rng = np.random.default_rng(35)
    noise = step * rng.standard_normal((round(duration / dt), 1, neurons))
    spikes = drive(LIFNeuron(bias=mean), noise, dt, engine).spikes.steps()
    rate = 1e3 * (spikes >= start / dt).sum() / neurons / (duration - start)
    higher = THETA + 0.5826 * deviation * math.sqrt(dt / TAU)
    # More than 5000 spikes, more regular than Poisson's: a standard error below 1.4 %.
    assert rate == pytest.approx(siegert(mean, deviation, higher, wait=2.0), rel=0.03)
    # That it is the shift which makes it so: without it the rate is too high by more than that.
    if dt == 0.4:
        assert rate < 0.965 * siegert(mean, deviation, THETA, wait=2.0)
