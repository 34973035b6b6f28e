"""`adaptive_lif` with an adaptation current, against the closed forms of its linear system."""

from __future__ import annotations

import cmath

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import brentq

from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.lif import LIFNeuron
from tests.engines import ENGINES, drive, membrane

THETA, TAU = 15.0, 20.0  # threshold distance and membrane time constant of the defaults
#: Never reached, so that the neuron is linear.
FAR = {"v_rest": 0.0, "v_thresh": 1e6}
#: (a, tau_adapt): damped, oscillating, with one eigenvalue twice, growing slowly, uncoupled.
SYSTEMS = [(0.5, 100.0), (4.0, 30.0), (0.0, 20.0), (-0.5, 100.0), (0.0, 100.0)]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


def adapting(**parameters: float | str | None) -> AdaptiveLIF:
    return AdaptiveLIF(adaptation="current", **parameters)


def flow(neuron: AdaptiveLIF, t: float) -> np.ndarray:
    """Return exp(M t) = e^(m t) (cosh(s t) + sinh(s t)/s (M - m)), m = tr M/2, s² = m² - det M."""
    a, tau_m, tau_adapt = neuron.a or 0.0, neuron.tau_m, neuron.tau_adapt
    matrix = np.array([[-1 / tau_m, -1 / tau_m], [a / tau_adapt, -1 / tau_adapt]])
    m = matrix.trace() / 2
    # m² - det M, without the difference of close numbers.
    s = cmath.sqrt((0.5 / tau_m - 0.5 / tau_adapt) ** 2 - a / (tau_m * tau_adapt))
    slope = cmath.sinh(s * t) / s if s else t
    return np.exp(m * t) * (cmath.cosh(s * t) * np.eye(2) + slope * (matrix - m * np.eye(2))).real


def after(neuron: AdaptiveLIF, start: np.ndarray, t: float) -> np.ndarray:
    """Return z* + exp(M t) (z0 - z*), z = (u, w), z* = bias (1, a)/(1 + a)."""
    a = neuron.a or 0.0
    fixed = neuron.bias / (1 + a) * np.array([1.0, a])
    return fixed + flow(neuron, t) @ (start - fixed)


@pytest.mark.parametrize("dt", [0.2, 2.0, 50.0])
@pytest.mark.parametrize(("a", "tau_adapt"), SYSTEMS)
def test_below_threshold_every_step_is_exact(
    a: float, tau_adapt: float, dt: float, engine: str
) -> None:
    """From rest under a bias, with a jump at the end of the first step; also far coarser than τ."""
    neuron = adapting(a=a, tau_adapt=tau_adapt, bias=8.0, **FAR)
    steps = round(200.0 / dt)
    current = np.zeros((steps, 1, 1))
    current[0] = -30.0
    states = drive(neuron, current, dt, engine).states
    for k in range(0, steps, max(1, steps // 20)):
        expected = after(neuron, np.zeros(2), dt * (k + 1))
        expected += flow(neuron, dt * k) @ [-30.0, 0.0]
        # 1000 steps, each of a few roundings of 1e-15 of 10 mV, which the leak forgets.
        np.testing.assert_allclose([z[k, 0, 0] for z in states], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dt", [0.2, 10.0])
@pytest.mark.parametrize("tau_syn", [5.0, 20.0, 20.0 + 1e-9, 60.0])
@pytest.mark.parametrize(("a", "tau_adapt"), SYSTEMS[:3])
def test_a_postsynaptic_potential_is_that_of_three_coupled_equations(
    a: float, tau_adapt: float, tau_syn: float, dt: float, engine: str
) -> None:
    """(u, w, i)(t) = exp(M t) (0, 0, J): also where the time constants of all three are equal."""
    neuron = adapting(a=a, tau_adapt=tau_adapt, tau_syn=tau_syn, **FAR)
    system = np.array(
        [
            [-1 / TAU, -1 / TAU, 1 / TAU],
            [a / tau_adapt, -1 / tau_adapt, 0.0],
            [0.0, 0.0, -1 / tau_syn],
        ]
    )
    current = np.zeros((round(60.0 / dt) + 1, 1, 1))
    current[0] = 3.0
    states = drive(neuron, current, dt, engine).states
    for k in range(0, len(current), max(1, len(current) // 10)):
        expected = expm(system * (k * dt))[:2, 2] * 3.0
        # Potentials of order 1; up to 300 steps, and an exponential at 1e-14.
        np.testing.assert_allclose([z[k, 0, 0] for z in states], expected, rtol=0, atol=2e-13)


@pytest.mark.parametrize("reset", ["hard", "subtract"])
def test_in_refractory_steps_the_current_returns_alone(reset: str, engine: str) -> None:
    """w = a u_r + (b - a u_r) exp(-t/τ_a), u = u_r; the spike itself adds b to a w of 0."""
    neuron = adapting(
        a=0.6, b=3.0, tau_adapt=30.0, v_reset=-70.0, refractory_period=8.0, reset=reset
    )
    current = np.zeros((17, 1, 1))
    current[0], current[1:9] = 15.0, 99.0  # the input of refractory steps is lost
    u, w = (z[:, 0, 0] for z in drive(neuron, current, 1.0, engine).states)
    level, t = -5.0, np.arange(1.0, 9.0)
    assert (u[0], w[0]) == (15.0, 0.0)
    np.testing.assert_array_equal(u[1:9], level)
    expected = 0.6 * level + (3.0 - 0.6 * level) * np.exp(-t / 30.0)
    np.testing.assert_allclose(w[1:9], expected, rtol=1e-14)
    # Step 9 is free again and starts from there.
    free = after(neuron, np.array([level, expected[-1]]), 1.0)
    np.testing.assert_allclose([u[9], w[9]], free, rtol=1e-14)


DT = 0.01


def crossing(neuron: AdaptiveLIF, start: np.ndarray) -> float:
    """Return when u first reaches the threshold, in ms."""

    def overshoot(t: float) -> float:
        return float(after(neuron, start, t)[0]) - THETA

    t = 0.0
    while overshoot(t + 0.5) < 0:  # half a millisecond holds no two crossings
        t += 0.5
    return float(brentq(overshoot, t, t + 0.5, xtol=1e-12))


@pytest.mark.parametrize(
    ("bias", "a", "b", "tau_adapt", "wait"),
    [(30.0, 0.2, 2.0, 100.0, 0.0), (40.0, 0.5, 4.0, 50.0, 2.0), (60.0, 2.0, 1.0, 20.0, 0.0)],
)
def test_the_first_intervals_are_the_crossings_of_the_threshold(
    bias: float, a: float, b: float, tau_adapt: float, wait: float, engine: str
) -> None:
    """Every interval is rounded up to the grid, and the next one starts from there."""
    neuron = adapting(bias=bias, a=a, b=b, tau_adapt=tau_adapt, refractory_period=wait)
    spikes = drive(neuron, np.zeros((27_000, 1, 1)), DT, engine).spikes.steps()
    measured = DT * np.diff(spikes, prepend=-1)[:10]
    state, held = np.zeros(2), 0.0
    for interval in measured:
        expected = crossing(neuron, state)
        assert -1e-9 <= interval - held - expected <= DT + 1e-9
        # At the spike w + b; through the refractory period w decays, since a u_reset is 0.
        w = after(neuron, state, interval - held)[1] + b
        state, held = np.array([0.0, w * np.exp(-wait / tau_adapt)]), wait
    assert len(measured) == 10


@pytest.mark.parametrize(
    ("bias", "a", "b", "tau_adapt"), [(30.0, 0.2, 2.0, 100.0), (60.0, 1.0, 5.0, 50.0)]
)
def test_the_interval_settles_where_current_and_rise_balance(
    bias: float, a: float, b: float, tau_adapt: float, engine: str
) -> None:
    """u(T) = θ and w(T) + b = w(0), from (0, w(0))."""
    neuron = adapting(bias=bias, a=a, b=b, tau_adapt=tau_adapt, refractory_period=0.0)
    steps = round(6 * tau_adapt / DT)
    spikes = drive(neuron, np.zeros((steps, 1, 1)), DT, engine).spikes.steps()

    def excess(t: float) -> float:
        # w(T) is linear in w(0): w(T) = left + share w(0).
        left = after(neuron, np.zeros(2), t)[1]
        share = flow(neuron, t)[1, 1]
        start = np.array([0.0, (left + b) / (1 - share)])
        return float(after(neuron, start, t)[0]) - THETA

    expected = float(brentq(excess, 1.0, 200.0, xtol=1e-12))
    # Rounded up to the grid, by which w is lower at the next spike: within one step.
    assert abs(DT * np.diff(spikes)[-1] - expected) <= DT


@pytest.mark.parametrize(("a", "bias"), [(0.5, 20.0), (4.0, 70.0)])
def test_a_neuron_below_threshold_rests_where_leak_and_current_balance(
    a: float, bias: float, engine: str
) -> None:
    """u* = bias/(1 + a), w* = a u*, and stays there: 1e-10 over a second."""
    neuron = adapting(a=a, bias=bias, tau_adapt=30.0, v_thresh=0.0)
    response = drive(neuron, np.zeros((2000, 1, 1)), 1.0, engine)
    for state, expected in zip(response.states, (bias / (1 + a), a * bias / (1 + a)), strict=True):
        np.testing.assert_allclose(state[1000:, 0, 0], expected, rtol=0, atol=1e-10)
    assert response.spikes.nnz == 0


@pytest.mark.parametrize("tau_syn", [None, 4.0])
def test_the_same_input_on_a_finer_grid_gives_the_same_membrane(
    tau_syn: float | None, engine: str
) -> None:
    """Jumps at whole milliseconds; between them the propagator is exact: 1e-11 over 200 ms."""
    neuron = adapting(a=0.5, tau_adapt=30.0, tau_syn=tau_syn, bias=5.0, **FAR)
    jumps = np.random.default_rng(0).uniform(-1, 1, 200)
    coarse = None
    for parts in (1, 2, 8):
        current = np.zeros((200 * parts, 1, 1))
        current[parts - 1 :: parts, 0, 0] = jumps
        u = membrane(neuron, current, 1.0 / parts, engine)[parts - 1 :: parts, 0, 0]
        coarse = u if coarse is None else coarse
        np.testing.assert_allclose(u, coarse, rtol=0, atol=1e-11)


@pytest.mark.parametrize("tau_syn", [None, 4.0])
def test_inputs_add_and_shift(tau_syn: float | None, engine: str) -> None:
    neuron = adapting(a=0.5, tau_adapt=30.0, tau_syn=tau_syn, **FAR)
    one, two = np.random.default_rng(0).uniform(-1, 1, (2, 60, 1, 1))
    alone = [membrane(neuron, current, 1.0, engine) for current in (one, two, one + two)]
    # Potentials below 10 mV after 60 steps: a few ulp of 10.
    np.testing.assert_allclose(alone[0] + alone[1], alone[2], rtol=0, atol=1e-12)
    later = membrane(neuron, np.concatenate([np.zeros((9, 1, 1)), one]), 1.0, engine)
    np.testing.assert_array_equal(later[9:], alone[0])


def test_without_coupling_and_rise_it_is_the_lif_neuron(engine: str) -> None:
    current = np.random.default_rng(0).uniform(0, 4, (200, 1, 5))
    plain = drive(LIFNeuron(bias=2.0), current, 1.0, engine)
    same = drive(adapting(a=0.0, b=0.0, bias=2.0), current, 1.0, engine)
    assert plain.spikes.nnz > 0
    np.testing.assert_array_equal(plain.spikes.channels, same.spikes.channels)
    # exp(M dt) - 1 of the matrix is rounded otherwise than expm1: a few ulp of 15 mV.
    np.testing.assert_allclose(plain.states[0], same.states[0], rtol=0, atol=1e-12)
