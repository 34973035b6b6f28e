"""Izhikevich's neuron against the exactly solved equations, and its published schemes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.integrate import solve_ivp

from neurospike_cli.neurons.izhikevich import Izhikevich
from neurospike_cli.verification.neurons._single import run_single
from neurospike_cli.verification.neurons.izhikevich import EXACT
from tests.engines import ENGINES, drive

TYPES = ("RS", "IB", "CH", "FS", "LTS", "RZ", "TC")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


def spikes(kind: str, duration: float, dt: float, engine: str, **more: Any) -> np.ndarray:
    """Return when a neuron of a type spikes, driven by 10 mV/ms as in the paper, in ms."""
    neuron = Izhikevich(preset=kind, bias=10.0, **more)
    return dt * (1 + run_single(neuron, np.zeros(round(duration / dt)), dt, engine)[1])


@cache
def exact_spikes(kind: str, duration: float) -> np.ndarray:
    """Solve the equations from spike to spike; the solver finds each to 1e-9 ms."""
    n = Izhikevich(preset=kind)

    def flow(t: float, z: np.ndarray) -> tuple[float, float]:
        v, u = z
        return 0.04 * v * v + 5 * v + 140 - u + 10.0, n.a * (n.b * v - u)

    def peak(t: float, z: np.ndarray) -> float:
        return float(z[0] - 30.0)

    peak.terminal = True  # type: ignore[attr-defined]
    t, z, found = 0.0, np.array([-65.0, n.b * -65.0]), []
    while True:
        precise = {"method": "DOP853", "rtol": 1e-10, "atol": 1e-10}
        solution = solve_ivp(flow, (t, duration), z, events=peak, **precise)
        if not solution.t_events[0].size:
            return np.array(found)
        t, z = solution.t[-1], np.array([n.c, solution.y[1, -1] + n.d])
        found.append(t)


#: Spikes in 1000 ms with steps of 1, 0.5 and 0.1 ms, each one sub-step: what the published code
#: gives, and Euler's way, counted by plain loops. (The published code resets before it
#: integrates, which makes IB spike 27 times at 1 ms instead of 28.)
COUNTS = {
    "half_step": {
        "RS": (20, 22, 23), "IB": (28, 31, 34), "CH": (43, 74, 87), "FS": (63, 93, 128),
        "LTS": (44, 63, 76), "RZ": (80, 120, 181), "TC": (67, 145, 254),
    },
    "euler": {
        "RS": (22, 23, 23), "IB": (31, 32, 34), "CH": (75, 81, 87), "FS": (110, 114, 130),
        "LTS": (69, 74, 77), "RZ": (143, 167, 186), "TC": (201, 224, 260),
    },
}  # fmt: skip


@pytest.mark.parametrize("scheme", COUNTS)
@pytest.mark.parametrize("kind", TYPES)
def test_a_scheme_at_its_own_width_gives_the_published_counts(kind: str, scheme: str) -> None:
    for dt, expected in zip((1.0, 0.5, 0.1), COUNTS[scheme][kind], strict=True):
        for engine in ENGINES if dt == 1.0 else ("compiled",):
            found = spikes(kind, 1000.0, dt, engine, scheme=scheme, substep=dt)
            assert len(found) == expected, (dt, engine)


@pytest.mark.parametrize("dt", [1.0, 0.1])
@pytest.mark.parametrize("kind", TYPES)
def test_the_default_fires_as_often_as_the_exact_solution(kind: str, dt: float) -> None:
    """At any dt: time that a spike waits for the end of its step is not lost."""
    expected = len(exact_spikes(kind, 1000.0))
    assert len(spikes(kind, 1000.0, dt, "compiled")) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("kind", TYPES)
def test_the_numbers_of_verify_are_those_of_the_exact_solution(kind: str) -> None:
    found = exact_spikes(kind, 1000.0)
    assert (len(found), round(float(found[0]), 3)) == EXACT[kind]


@pytest.mark.parametrize("kind", TYPES)
def test_the_first_spike_is_in_time(kind: str, engine: str) -> None:
    """Euler lags: in 3 ms sub-steps of 0.01 ms lose 0.02 ms, and the grid another 0.01 ms."""
    first = spikes(kind, 5.0, 0.01, engine)[0]
    assert 0 <= first - exact_spikes(kind, 5.0)[0] <= 0.03


def test_a_coarse_grid_rounds_spikes_and_moves_none(engine: str) -> None:
    """The fifth spike of the fastest type, 14 ms after the start, is where the fine grid has it."""
    fine, coarse = (spikes("TC", 20.0, dt, engine)[:5] for dt in (0.01, 1.0))
    # Sub-steps after a spike are up to twice as wide: another 0.1 ms of lag in five spikes.
    assert ((coarse - fine > -1e-9) & (coarse - fine < 1.1)).all()


@pytest.mark.parametrize("scheme", ["euler", "semi_implicit", "half_step"])
def test_the_error_is_of_first_order_in_the_substep(scheme: str) -> None:
    """v after 2 ms, before the first spike: the error halves with the sub-step."""
    solution = solve_ivp(
        lambda t, z: (0.04 * z[0] ** 2 + 5 * z[0] + 150 - z[1], 0.02 * (0.2 * z[0] - z[1])),
        (0.0, 2.0), [-65.0, -13.0], method="DOP853", rtol=1e-12, atol=1e-12,
    )  # fmt: skip
    errors = []
    for width in (0.01, 0.005, 0.0025):
        neuron = Izhikevich(bias=10.0, scheme=scheme, substep=width)
        errors.append(run_single(neuron, np.zeros(2), 1.0)[0][-1] - solution.y[0, -1])
    # The next order is h times some 1/ms: 1 % at h = 0.01 ms.
    np.testing.assert_allclose([errors[0] / errors[1], errors[1] / errors[2]], 2.0, atol=0.03)


@pytest.mark.parametrize("scheme", ["euler", "semi_implicit", "half_step"])
@pytest.mark.parametrize("bias", [0.0, 2.0])
def test_a_neuron_stays_at_its_fixed_point(bias: float, scheme: str, engine: str) -> None:
    """v* solves 0.04 v² + (5 - b) v + 140 + I = 0, and u* = b v*."""
    v = (-4.8 - np.sqrt(4.8**2 - 0.16 * (140 + bias))) / 0.08
    neuron = Izhikevich(bias=bias, v_init=v, scheme=scheme, substep=0.1)
    assert neuron.v_rest == pytest.approx(v, abs=1e-12)
    states, fired = run_single(neuron, np.zeros(2000), 0.5, engine)
    assert fired.size == 0
    # Rounding of terms of 350 mV/ms, damped with 1 ms: 1e-13 mV.
    np.testing.assert_allclose(states, v, rtol=0, atol=1e-10)


def test_threshold_distance_is_counted_from_rest_or_from_the_start() -> None:
    assert Izhikevich().threshold_distance == pytest.approx(100.0)
    assert Izhikevich(preset="accommodation").threshold_distance == pytest.approx(95.0)
    assert Izhikevich(bias=10.0).threshold_distance == pytest.approx(95.0)  # no fixed point


def test_an_input_moves_the_membrane_by_its_weight_at_the_end_of_its_step(engine: str) -> None:
    quiet, moved = (np.zeros((3, 1, 1)) for _ in range(2))
    moved[1] = 3.0
    neuron = Izhikevich(substep=0.1)
    rise = np.subtract(*(drive(neuron, x, 1.0, engine).states[0][:, 0, 0] for x in (moved, quiet)))
    np.testing.assert_allclose(rise[:2], [0.0, 3.0], rtol=0, atol=1e-12)  # a few ulp of 65 mV


def test_a_synapse_brings_its_weight_times_tau(engine: str) -> None:
    """A flat membrane sums what comes: w tau_syn (1 - exp(-t/tau_syn)), one step after arrival."""
    current = np.zeros((40, 1, 1))
    current[0] = 0.5
    flat = Izhikevich(quadratic=(1e-12, 0.0, 0.0), a=0.0, v_init=0.0, b=0.0, tau_syn=5.0)
    v = drive(flat, current, 1.0, engine).states[0][:, 0, 0]
    expected = 0.5 * 5.0 * -np.expm1(-np.arange(40.0) / 5.0)
    np.testing.assert_allclose(v, expected, rtol=0, atol=1e-9)  # 1e-12 of the square is left


def test_the_jacobian_is_clipped_to_its_limit() -> None:
    """From -30 mV, in the upstroke, a millisecond amplifies eightfold."""
    for limit, expected in ((0.5, 0.5), (1.0, 1.0), (1e30, 8.5)):
        laws = Izhikevich(max_jacobian=limit).laws(1.0)
        before, gradient = (-30.0, -13.0, 0.0), (1.0, 0.0, 0.0)
        (gv, _, late), of_drive = laws.step.advance_back(before, gradient)
        assert gv == pytest.approx(expected, rel=0.01)
        assert (late, of_drive) == (0.0, 1.0)


def test_a_preset_fills_in_what_is_not_given() -> None:
    bursting = Izhikevich(preset="tonic_bursting", d=3.0)
    assert (bursting.a, bursting.b, bursting.c, bursting.d) == (0.02, 0.2, -50.0, 3.0)
    assert Izhikevich(preset="class_1").quadratic == (0.04, 4.1, 108.0)
    assert Izhikevich.model_validate(bursting.model_dump()) == bursting
    assert Izhikevich.model_validate(bursting.model_dump(mode="json")) == bursting


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"preset": "bursting"}, "expected one of RS, IB"),
        ({"c": 30.0}, "c .30.0. must be below v_peak"),
        ({"v_init": 40.0}, "v_init .40.0. must be below v_peak"),
        ({"quadratic": [0.0, 5.0, 140.0]}, "quadratic must begin with a positive number"),
        ({"substep": 0.0}, "greater than 0"),
    ],
)
def test_impossible_parameters_are_refused(change: dict[str, Any], text: str) -> None:
    with pytest.raises(ValidationError, match=text):
        Izhikevich(**change)
