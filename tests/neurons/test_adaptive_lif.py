"""The adaptive LIF neuron against the intervals of its closed form, and against `lif`."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.verification.neurons._single import run_single
from tests.engines import ENGINES, drive

THETA, TAU = 15.0, 20.0  # threshold distance and membrane time constant of the defaults
DT = 0.01


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


def spike_times(neuron: AdaptiveLIF, duration: float, engine: str) -> np.ndarray:
    """Return the times at which one neuron, driven by its bias, spikes, in ms."""
    _, spikes = run_single(neuron, np.zeros(round(duration / DT)), DT, engine)
    return DT * (1 + spikes)


def interval(drive: float, raised: float, tau_adapt: float) -> float:
    """Solve RI (1 - exp(-T/tau)) = theta + A exp(-T/tau_a) for the next interval T."""

    def excess(t: float) -> float:
        return -drive * np.expm1(-t / TAU) - THETA - raised * np.exp(-t / tau_adapt)

    return float(brentq(excess, 1e-9, 1e3, xtol=1e-12))


@pytest.mark.parametrize(
    ("drive", "beta", "tau_adapt"), [(20.0, 1.0, 50.0), (30.0, 2.0, 100.0), (60.0, 5.0, 200.0)]
)
def test_the_first_intervals_follow_the_recursion(
    drive: float, beta: float, tau_adapt: float, engine: str
) -> None:
    """Every interval is rounded up to the grid, and the next one starts from there."""
    neuron = AdaptiveLIF(bias=drive, beta=beta, tau_adapt=tau_adapt, refractory_period=0.0)
    measured = np.diff(spike_times(neuron, 600.0, engine), prepend=0.0)[:10]
    raised = 0.0
    for isi in measured:
        expected = interval(drive, raised, tau_adapt)
        assert -1e-9 <= isi - expected <= DT + 1e-9
        raised = raised * np.exp(-isi / tau_adapt) + beta


@pytest.mark.parametrize(("drive", "beta", "tau_adapt"), [(30.0, 2.0, 100.0), (60.0, 5.0, 200.0)])
def test_the_interval_settles_at_the_fixed_point(
    drive: float, beta: float, tau_adapt: float, engine: str
) -> None:
    """RI (1 - exp(-T/tau)) = theta + beta exp(-T/tau_a) / (1 - exp(-T/tau_a))."""
    neuron = AdaptiveLIF(bias=drive, beta=beta, tau_adapt=tau_adapt, refractory_period=0.0)
    settled = np.diff(spike_times(neuron, 20 * tau_adapt, engine))[-1]

    def excess(t: float) -> float:
        left = np.exp(-t / tau_adapt)
        return -drive * np.expm1(-t / TAU) - THETA - beta * left / (1 - left)

    expected = float(brentq(excess, 1e-3, 1e3, xtol=1e-12))
    # Rounded up to the grid, by which A is lower at the next spike, which brings it forward: the
    # interval lies within one step of the fixed point.
    assert abs(settled - expected) <= DT


def test_without_rise_it_is_the_lif_neuron_bit_for_bit(engine: str) -> None:
    current = np.random.default_rng(0).uniform(0, 4, (200, 3, 5)).astype(np.float32)
    plain = drive(LIFNeuron(bias=2.0), current, 1.0, engine)
    same = drive(AdaptiveLIF(bias=2.0, beta=0.0), current, 1.0, engine)
    assert plain.spikes.nnz > 0
    np.testing.assert_array_equal(plain.states[0], same.states[0])
    np.testing.assert_array_equal(plain.spikes.offsets, same.spikes.offsets)
    np.testing.assert_array_equal(plain.spikes.channels, same.spikes.channels)


def test_adaptation_lowers_the_rate(engine: str) -> None:
    counts = [
        len(spike_times(AdaptiveLIF(bias=30.0, beta=b), 500.0, engine)) for b in (0.0, 1.0, 4.0)
    ]
    assert counts[0] > counts[1] > counts[2] > 0
