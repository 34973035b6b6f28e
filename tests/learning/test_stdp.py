"""Parts of the plasticity rule by hand: laws, weight dependences, norms, schedules."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from neurospike_cli.learning.normalizations.l1 import L1
from neurospike_cli.learning.normalizations.l2 import L2
from neurospike_cli.learning.rate_schedules.rate_schedule import RateSchedule
from neurospike_cli.learning.stdp import STDP
from neurospike_cli.learning.weight_dependences.power_law import PowerLaw, power
from neurospike_cli.learning.weight_dependences.weight_dependence import WeightDependence
from neurospike_cli.registry import discover


def stdp(**changed: Any) -> STDP:
    return STDP.model_validate(changed)


def test_a_pair_in_numbers() -> None:
    """Bounds 1 and 3 mV, a weight of 1.5 mV, amplitudes of 0.1 and 0.2, traces of 0.5."""
    law = stdp(a_plus=0.1, a_minus=0.2, w_min=1.0, w_max=3.0).law(1.0)
    assert law.potentiate(1.5, (0.5,), (0.0,), 1.0) == pytest.approx(1.5 + 0.1 * 2.0 * 0.5)
    assert law.depress(1.5, (0.0,), (0.5,), 1.0) == pytest.approx(1.5 - 0.2 * 2.0 * 0.5)
    assert law.potentiate(2.95, (0.5,), (0.0,), 1.0) == 3.0
    assert law.depress(1.05, (0.0,), (0.5,), 1.0) == 1.0
    assert law.presynaptic((0.25,)) == (1.25,)
    assert stdp(pairing="nearest").law(1.0).postsynaptic((0.25,)) == (1.0,)


def test_soft_bounds_in_numbers() -> None:
    soft = {"weight_dependence": {"type": "multiplicative"}, "w_min": 1.0, "w_max": 3.0}
    law = stdp(a_plus=0.1, a_minus=0.2, **soft).law(1.0)
    assert law.potentiate(1.5, (0.5,), (0.0,), 1.0) == pytest.approx(1.5 + 0.1 * 1.5 * 0.5)
    assert law.depress(1.5, (0.0,), (0.5,), 1.0) == pytest.approx(1.5 - 0.2 * 0.5 * 0.5)


def test_a_trace_target_weakens_silent_inputs() -> None:
    law = stdp(a_plus=0.1, trace_target=0.4, weight_dependence={"type": "multiplicative"}).law(1.0)
    assert law.potentiate(0.3, (1.0,), (0.0,), 1.0) == pytest.approx(0.3 + 0.1 * 0.6 * 0.7)
    assert law.potentiate(0.3, (0.0,), (0.0,), 1.0) == pytest.approx(0.3 - 0.1 * 0.4 * 0.3)


def test_triplets_add_to_the_amplitudes() -> None:
    triplet = {"a3_plus": 0.03, "a3_minus": 0.05}
    law = stdp(a_plus=0.1, a_minus=0.2, triplet=triplet).law(1.0)
    change = (0.1 + 0.03 * 2.0) * 0.5
    assert law.potentiate(0.5, (0.5, 9.0), (9.0, 2.0), 1.0) == pytest.approx(0.5 + change)
    change = (0.2 + 0.05 * 2.0) * 0.5
    assert law.depress(0.5, (9.0, 2.0), (0.5, 9.0), 1.0) == pytest.approx(0.5 - change)
    assert law.presynaptic((0.5, 2.0)) == (1.5, 3.0)


def test_a_schedule_takes_all_amplitudes_and_nothing_else() -> None:
    full, half = stdp(trace_target=0.2).law(1.0), stdp(trace_target=0.2).law(0.5)
    assert half == full._replace(a_plus=full.a_plus / 2, a_minus=full.a_minus / 2)
    triplets = stdp(triplet={"a3_plus": 0.03, "a3_minus": 0.05}, trace_target=0.2).law(0.5)
    assert triplets == (half, 0.015, 0.025)


@pytest.mark.parametrize(
    ("name", "end", "half"),
    [
        ("constant", None, 1.0),
        ("linear", 0.2, 0.6),
        ("cosine", 0.2, 0.6),
        ("exponential", 0.25, 0.5),
    ],
)
def test_a_schedule_goes_from_1_to_its_end(name: str, end: float | None, half: float) -> None:
    schedule = discover(RateSchedule)[name](**({} if end is None else {"end": end}))
    assert schedule.factor(0.0) == 1.0
    assert schedule.factor(0.5) == pytest.approx(half)
    assert schedule.factor(1.0) == pytest.approx(1.0 if end is None else end)
    if name == "cosine":
        assert schedule.factor(0.25) == pytest.approx(0.2 + 0.8 * (1 + math.sqrt(0.5)) / 2)


def test_every_dependence_has_no_way_to_go_at_its_bound_but_the_additive() -> None:
    for name, kind in discover(WeightDependence).items():
        law = kind().law(-1.0, 3.0)
        at_bound = 4.0 if name == "additive" else 0.0
        assert (law.room_above(3.0), law.room_below(-1.0)) == (at_bound, at_bound)
        assert (law.room_above(-1.0), law.room_below(3.0)) == (4.0, 4.0)


@given(mu=st.floats(0.0, 1.0), y=st.floats(1e-12, 1.0))
def test_a_power_is_that_of_the_library(mu: float, y: float) -> None:
    """53 roots and as many products, each rounded at 1.1e-16; digits beyond 2^-53 are lost."""
    allowed = 106 * 1.2e-16 + 2**-53 * abs(math.log(y))
    assert power(mu).of(y) == pytest.approx(y**mu, rel=allowed, abs=0)


@pytest.mark.parametrize(("name", "mu"), [("additive", 0.0), ("multiplicative", 1.0)])
def test_the_extremes_of_the_power_law_are_the_others(name: str, mu: float) -> None:
    w = np.linspace(-1.0, 3.0, 9)[1:-1]
    law, other = (
        PowerLaw(mu_plus=mu, mu_minus=mu).law(-1.0, 3.0),
        discover(WeightDependence)[name]().law(-1.0, 3.0),
    )
    np.testing.assert_allclose(law.room_above(w), other.room_above(w), rtol=1e-15)
    np.testing.assert_allclose(law.room_below(w), other.room_below(w), rtol=1e-15)


def test_norms_in_numbers() -> None:
    """Columns (3, -4) and (0, 1): sizes 7 and 1, lengths 5 and 1."""
    weight = np.array([[3.0, 0.0], [-4.0, 1.0]])
    assert L1().norms(weight).tolist() == [7.0, 1.0]
    assert L2().norms(weight).tolist() == [5.0, 1.0]
    assert L1().target_for(weight) == 4.0
    assert L2().target_for(weight) == 3.0
    assert L1(target=2.5).target_for(weight) == 2.5
    assert (L1().largest(4, 0.5), L2().largest(4, 0.5)) == (2.0, 1.0)


@pytest.mark.parametrize(("w_min", "w_max"), [(1.0, 1.0), (2.0, 1.0)])
def test_bounds_in_the_wrong_order_are_refused(w_min: float, w_max: float) -> None:
    with pytest.raises(ValidationError, match=r"w_min \(.\) must be below w_max \(1\)"):
        stdp(w_min=w_min, w_max=w_max)


def test_every_power_is_compiled_once() -> None:
    """Exponents of one digit, of 53 and of none have laws of one type."""
    lengths = {len(power(mu).digits) for mu in (0.0, 0.5, 0.1, 0.4, 1.0)}
    assert lengths == {53}
