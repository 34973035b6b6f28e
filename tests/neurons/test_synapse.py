"""The exponential synapse: postsynaptic potentials against their closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.lif import LIFNeuron
from tests.engines import ENGINES, membrane

#: Never reached, so that the membrane is linear.
FAR = {"v_rest": 0.0, "v_thresh": 1e6}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


def potential(
    tau_m: float, tau_syn: float, dt: float, duration: float, weight: float, engine: str
) -> tuple:
    """Return times since arrival and the membrane after one spike, in ms and mV."""
    current = np.zeros((round(duration / dt) + 1, 1, 1))
    current[0] = weight
    v = membrane(LIFNeuron(tau_m=tau_m, tau_syn=tau_syn, **FAR), current, dt, engine)
    return dt * np.arange(len(v)), v[:, 0, 0]


def closed_form(t: np.ndarray, tau_m: float, tau_syn: float, weight: float) -> np.ndarray:
    """V = (w / tau_m) exp(-t/tau_m) expm1(a t)/a, a = 1/tau_m - 1/tau_syn; t as a goes to 0."""
    a = 1.0 / tau_m - 1.0 / tau_syn
    slope = np.expm1(a * t) / a if a else t
    return weight / tau_m * np.exp(-t / tau_m) * slope


@pytest.mark.parametrize("dt", [0.1, 0.5, 1.0])
@pytest.mark.parametrize(("tau_m", "tau_syn"), [(20.0, 5.0), (10.0, 30.0), (20.0, 2.0)])
def test_a_postsynaptic_potential_is_the_closed_form(
    tau_m: float, tau_syn: float, dt: float, engine: str
) -> None:
    t, v = potential(tau_m, tau_syn, dt, 100.0, 3.0, engine)
    assert v[0] == 0.0  # it arrives at the end of its step
    # Up to 1000 steps, each rounded at 1e-16 relative.
    np.testing.assert_allclose(v[1:], closed_form(t[1:], tau_m, tau_syn, 3.0), rtol=1e-12)


@pytest.mark.parametrize("difference", [0.0, 1e-12, 1e-9, 1e-6, 1e-3, 1e-1])
def test_equal_time_constants_are_no_singularity(difference: float, engine: str) -> None:
    """At a difference of 1e-12 the quotient of differences would have no right digit."""
    t, v = potential(10.0, 10.0 + difference, 0.5, 50.0, 1.0, engine)
    # A relative rounding of 1e-16 in a leaves expm1(a t)/a unharmed: close to 0 it is t.
    np.testing.assert_allclose(v[1:], closed_form(t[1:], 10.0, 10.0 + difference, 1.0), rtol=1e-12)
    limit = t / 10.0 * np.exp(-t / 10.0)
    # dV/d(tau_syn) is below t^2/(2 tau^2) V/tau: 12.5/10 of the difference, relatively.
    np.testing.assert_allclose(v[1:], limit[1:], rtol=1e-12 + 1.3 * difference)


@pytest.mark.parametrize(("tau_m", "tau_syn"), [(20.0, 5.0), (10.0, 30.0)])
def test_the_peak_is_where_it_should_be(tau_m: float, tau_syn: float, engine: str) -> None:
    """t* = ln(tau_m/tau_syn) / (1/tau_syn - 1/tau_m)."""
    dt = 0.1
    t, v = potential(tau_m, tau_syn, dt, 100.0, 1.0, engine)
    peak = np.log(tau_m / tau_syn) / (1 / tau_syn - 1 / tau_m)
    assert abs(t[v.argmax()] - peak) <= dt


@pytest.mark.parametrize(("tau_m", "tau_syn"), [(20.0, 5.0), (10.0, 30.0)])
def test_the_peak_is_as_high_as_it_should_be(tau_m: float, tau_syn: float, engine: str) -> None:
    """On a grid that has t*: V = w τ_s/(τ_m - τ_s) (r^(-τ_s/(τ_m - τ_s)) - r^(-τ_m/(τ_m - τ_s))),
    r = τ_m/τ_s, which is exp(-t*/τ_m) - exp(-t*/τ_s) with t* put in."""
    peak = np.log(tau_m / tau_syn) / (1 / tau_syn - 1 / tau_m)
    _, v = potential(tau_m, tau_syn, peak / 50, 2 * peak, 3.0, engine)
    r, apart = tau_m / tau_syn, tau_m - tau_syn
    height = 3.0 * tau_syn / apart * (r ** (-tau_syn / apart) - r ** (-tau_m / apart))
    assert v.argmax() == 50
    # 50 steps and two powers, each rounded at a few 1e-16.
    assert v[50] == pytest.approx(height, rel=1e-12)


def test_potentials_add_and_shift(engine: str) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-1, 1, (2, 60, 1, 1))
    neuron = AdaptiveLIF(tau_syn=4.0, beta=0.0, **FAR)
    results = [membrane(neuron, drive, 1.0, engine) for drive in (a, b, a + b)]
    np.testing.assert_allclose(results[0] + results[1], results[2], rtol=0, atol=1e-12)
    later = membrane(neuron, np.concatenate([np.zeros((9, 1, 1)), a]), 1.0, engine)
    np.testing.assert_array_equal(later[9:], results[0])


def test_the_time_integral_of_a_potential_is_the_charge(engine: str) -> None:
    """∫ V dt = w tau_syn, whatever tau_m; Euler's sum of it is off by w tau_syn/tau_m dt²/12."""
    t, v = potential(20.0, 5.0, 0.05, 600.0, 2.0, engine)
    assert np.trapezoid(v, t) == pytest.approx(2.0 * 5.0, rel=1e-4)
