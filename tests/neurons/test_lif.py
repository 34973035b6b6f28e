"""The LIF neuron against its closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import ValidationError

from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.verification.neurons._single import run_single
from tests.engines import ENGINES, membrane
from tests.engines import drive as drive_neurons

THETA = 15.0  # threshold distance of the defaults, in mV


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


def steady(neuron: LIFNeuron, steps: int, dt: float, engine: str, jump: float = 0.0) -> tuple:
    """Run one neuron without input spikes, or with the same jump in every step."""
    u, spikes = run_single(neuron, np.full(steps, jump), dt, engine)
    return u + neuron.v_rest, spikes


def charging_errors(dt: float, duration: float, dtype: str, engine: str) -> np.ndarray:
    """Return V - RI (1 - exp(-t/tau)) in every step, RI = 40 mV."""
    neuron = LIFNeuron(v_rest=0.0, v_thresh=1000.0, refractory_period=0.0, bias=40.0)
    silence = np.zeros((round(duration / dt), 1, 1), dtype=dtype)
    v = membrane(neuron, silence, dt, engine)[:, 0, 0].astype(np.float64)
    return v + 40.0 * np.expm1(-dt * np.arange(1, len(v) + 1) / neuron.tau_m)


@pytest.mark.parametrize("halvings", range(14))
def test_charging_is_exact_for_every_step_width(halvings: int, engine: str) -> None:
    """8e-14 at 5 ms is what E-form rounding leaves on a scale of 40 mV: no order of convergence."""
    assert np.abs(charging_errors(2.0**-halvings, 5.0, "float64", engine)).max() <= 1e-13


#: The NumPy engine has the same bits (tests/contracts), and takes seconds for a million steps.
LONG = [("numpy", n) for n in range(7)] + [("compiled", n) for n in range(14)]


@pytest.mark.parametrize(("engine", "halvings"), LONG)
def test_charging_for_half_a_second(engine: str, halvings: int) -> None:
    """Each step rounds V by up to 3.6e-15 mV, which the leak forgets within tau/dt steps: below
    6e-10 mV even with 2^-13 ms, where 9e-11 were measured."""
    errors = charging_errors(2.0**-halvings, 500.0, "float64", engine)
    assert np.abs(errors).max() <= 5e-10


@pytest.mark.parametrize(("engine", "halvings"), LONG)
@pytest.mark.parametrize("duration", [5.0, 500.0])
def test_charging_in_single_precision(duration: float, engine: str, halvings: int) -> None:
    """5e-4 of 40 mV down to steps of 2^-9 ms, 2 µs. Finer ones halt where E (RI - V) is less than
    half an ulp of 40 mV, 2^-19 mV: with 2^-13 ms at 0.3 mV below RI."""
    dt = 2.0**-halvings
    error = np.abs(charging_errors(dt, duration, "float32", engine)).max()
    if duration == 5.0 or halvings <= 9:
        assert error <= 5e-4 * 40.0
    # One more half ulp on the way.
    assert error <= 2.0**-19 / -math.expm1(-dt / 20.0) + 2.0**-18


@pytest.mark.parametrize("drive", [15.2, 16.0, 20.0, 31.0, 80.0])
@pytest.mark.parametrize("dt", [0.1, 0.5, 1.0])
def test_first_spike_and_interval_are_the_closed_forms(
    drive: float, dt: float, engine: str
) -> None:
    """k = ceil(-(tau/dt) ln(1 - theta/RI)); every later interval adds the refractory steps."""
    neuron = LIFNeuron(bias=drive)
    k = math.ceil(-(neuron.tau_m / dt) * math.log(1 - THETA / drive))
    _, spikes = steady(neuron, 4 * (k + 50), dt, engine)
    assert spikes[0] == k - 1
    assert set(np.diff(spikes)) == {k + round(2.0 / dt)}


@pytest.mark.parametrize("steps", [0, 1, 20])
@pytest.mark.parametrize("dt", [0.1, 1.0])
def test_six_hundred_intervals_are_the_closed_form(steps: int, dt: float, engine: str) -> None:
    """k + n_ref for 100 drives at a time, given as the input E RI of every step."""
    neuron = LIFNeuron(refractory_period=steps * dt)
    drives = np.geomspace(15.05, 400.0, 100)
    exact = -(neuron.tau_m / dt) * np.log1p(-THETA / drives)
    assert (np.abs(exact - np.rint(exact)) > 1e-9).all()  # nobody is undecided
    expected = np.ceil(exact).astype(int)
    current = np.tile(-math.expm1(-dt / neuron.tau_m) * drives, (round(300 / dt), 1, 1))
    spikes = drive_neurons(neuron, current, dt, engine).spikes.to_dense()[0]
    for j, k in enumerate(expected):
        times = np.flatnonzero(spikes[:, j])
        assert times[0] == k - 1
        assert set(np.diff(times)) == {k + steps}


@pytest.mark.parametrize("drive", [15.5, 22.0, 60.0])
def test_rate_converges_to_the_continuous_one_in_first_order(drive: float, engine: str) -> None:
    """The grid rounds every interval up by less than a step: relative error <= dt / interval."""
    interval = 2.0 - 20.0 * math.log(1 - THETA / drive)
    for dt in (1.0, 0.5, 0.1, 0.05):
        _, spikes = steady(LIFNeuron(bias=drive), round(500 / dt), dt, engine)
        measured = float(np.diff(spikes).mean()) * dt
        assert 0 <= measured - interval <= dt
        if dt <= 0.1:  # intervals of at least 7 ms: 0.15 dt/ms
            assert 0 <= measured / interval - 1 <= 0.15 * dt


@pytest.mark.parametrize("dt", [0.1, 1.0, 10.0])
def test_a_drive_of_the_threshold_itself_never_fires(dt: float, engine: str) -> None:
    """An ulp below θ a step adds E ulp, less than half an ulp while E < 1/2: V stays below."""
    for neuron in (LIFNeuron(bias=15.0), LIFNeuron(v_rest=0.0, v_thresh=15.0, bias=15.0)):
        assert len(steady(neuron, 20_000, dt, engine)[1]) == 0


def test_rheobase(engine: str) -> None:
    """At RI = theta the membrane only approaches the threshold; a billionth more crosses it."""
    v_rest = 0.0  # exact differences
    at = LIFNeuron(v_rest=v_rest, v_thresh=15.0, bias=15.0 * (1 - 1e-9))
    above = LIFNeuron(v_rest=v_rest, v_thresh=15.0, bias=15.0 * (1 + 1e-9))
    assert len(steady(at, 3000, 1.0, engine)[1]) == 0
    first = math.ceil(-20.0 * math.log(1 - 1 / (1 + 1e-9)))
    # ln amplifies the rounding of RI: one part in 1e-7 of 415 steps, far below one step.
    assert abs(steady(above, 3000, 1.0, engine)[1][0] - (first - 1)) <= 1


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_strong_input_fires_every_refractory_plus_one_steps(steps: int, engine: str) -> None:
    neuron = LIFNeuron(refractory_period=float(steps), v_reset=-70.0)
    v, spikes = steady(neuron, 40, 1.0, engine, jump=1e3)
    np.testing.assert_array_equal(spikes, np.arange(0, 40, steps + 1))
    clamped = np.setdiff1d(np.arange(40), spikes)
    np.testing.assert_array_equal(v[clamped], -70.0)


def test_subtract_reset_conserves_the_input(engine: str) -> None:
    """Without leak, N(t) = floor(Σ I / θ) at every time, exact with dyadic numbers below θ."""
    neuron = LIFNeuron(tau_m=1e6, v_rest=0.0, v_thresh=1.0, refractory_period=0.0, reset="subtract")
    inputs = np.random.default_rng(13).integers(0, 64, (400, 3, 20)) / 64
    # Of u < 2 a step of 1e-12 ms leaks 1e-18 u, less than half an ulp.
    spikes = drive_neurons(neuron, inputs, 1e-12, engine).spikes.to_dense()
    expected = np.floor(np.cumsum(inputs, axis=0)).transpose(1, 0, 2)
    np.testing.assert_array_equal(np.cumsum(spikes, axis=1), expected)


def test_hard_reset_loses_the_overshoot(engine: str) -> None:
    neuron = LIFNeuron(tau_m=1e6, v_rest=0.0, v_thresh=1.0, refractory_period=0.0)
    _, spikes = steady(neuron, 64, 1e-12, engine, jump=0.375)
    assert len(spikes) == 64 // 3  # 3 x 0.375 crosses 1, and the rest is dropped


@pytest.mark.parametrize("tau_syn", [None, 4.0])
def test_the_same_input_on_a_finer_grid_gives_the_same_membrane(
    tau_syn: float | None, engine: str
) -> None:
    """Jumps at whole milliseconds; between them the propagator is exact: 1e-11 over 200 ms."""
    jumps = np.random.default_rng(0).uniform(-1, 1, 200)
    coarse = None
    for parts in (1, 2, 8):
        current = np.zeros((200 * parts, 1, 1))
        current[parts - 1 :: parts, 0, 0] = jumps
        neuron = LIFNeuron(bias=5.0, tau_syn=tau_syn)
        v = membrane(neuron, current, 1.0 / parts, engine)[parts - 1 :: parts, 0, 0]
        coarse = v if coarse is None else coarse
        np.testing.assert_allclose(v, coarse, rtol=0, atol=1e-11)


def test_superposition_and_shift_below_threshold(engine: str) -> None:
    neuron = LIFNeuron(v_rest=0.0, v_thresh=1000.0)
    rng = np.random.default_rng(0)
    a, b = rng.uniform(0, 1, (2, 50, 1, 1))
    alone = [membrane(neuron, drive, 1.0, engine) for drive in (a, b, a + b)]
    # v <= 20 mV after 50 steps of <= 1 mV: a few ulp of 20.
    np.testing.assert_allclose(alone[0] + alone[1], alone[2], rtol=0, atol=1e-12)
    shifted = membrane(neuron, np.concatenate([np.zeros((7, 1, 1)), a]), 1.0, engine)
    np.testing.assert_array_equal(shifted[7:], alone[0])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"v_thresh": -65.0}, "v_thresh"),
        ({"v_reset": -50.0}, "v_reset"),
        ({"tau_m": 0.0}, "greater than 0"),
        ({"v_tresh": -50.0}, "Extra inputs"),
        ({"tau_m": float("nan")}, "finite"),
    ],
)
def test_impossible_parameters_are_refused(change: dict[str, float], text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        LIFNeuron(**change)


def test_quantities_with_units() -> None:
    assert LIFNeuron(tau_m="0.03 s", v_thresh="-45000 uV") == LIFNeuron(tau_m=30.0, v_thresh=-45.0)
