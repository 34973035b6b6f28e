"""`verify`: green for the shipped models, red for broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.neurons import _membrane, adaptive_lif
from neurospike_cli.neurons._adaptation_current import AdaptiveCurrentStep, current_step
from neurospike_cli.neurons._membrane import Reset
from neurospike_cli.neurons._synapse import ExponentialSynapse, leaky_synapse
from neurospike_cli.neurons.adaptive_lif import AdaptiveLIF
from neurospike_cli.neurons.izhikevich import Izhikevich
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.neurons.neuron_model import Laws, NeuronModel
from neurospike_cli.registry import discover
from neurospike_cli.verification import _measurement
from neurospike_cli.verification._measurement import Measurement, groups, measure
from tests.engines import ENGINES


@pytest.fixture(scope="module")
def measured() -> dict[str, list[Measurement]]:
    """All measurements by group, taken once: Izhikevich's in the NumPy engine take seconds."""
    return {group: measure(group) for group in groups()}


def test_every_measurement_meets_its_closed_form(measured: dict[str, list[Measurement]]) -> None:
    missed = [row for rows in measured.values() for row in rows if not row.ok]
    assert missed == []


def test_every_neuron_model_is_measured(measured: dict[str, list[Measurement]]) -> None:
    expected = {(engine, model) for engine in ENGINES for model in discover(NeuronModel)}
    assert {(row.engine, row.model) for row in measured["neurons"]} == expected


def misses(check: str, engine: str) -> list[Measurement]:
    """Return what one check of the neurons finds wrong."""
    rows = import_module(f"neurospike_cli.verification.neurons.{check}").measure(engine)
    return [row for row in rows if not row.ok]


def test_a_difference_beyond_the_tolerance_and_nan_are_misses() -> None:
    assert Measurement("e", "m", "q", 1.0, 1.5, 0.5).ok
    assert not Measurement("e", "m", "q", 1.0, 1.5, 0.49).ok
    assert not Measurement("e", "m", "q", float("nan"), 1.5, 1.0).ok


def broken(model: type[NeuronModel], change: Callable[[Laws], Laws]) -> Callable:
    """Return a `laws` method whose result is changed."""
    right = model.laws

    def laws(self: NeuronModel, dt: float, *, detach_reset: bool = True) -> Laws:
        return change(right(self, dt, detach_reset=detach_reset))

    return laws


def in_step(**changes: Callable[[float], float]) -> Callable[[Laws], Laws]:
    """Return what changes constants of a step."""

    def change(laws: Laws) -> Laws:
        values = {name: by(getattr(laws.step, name)) for name, by in changes.items()}
        return laws._replace(step=laws.step._replace(**values))

    return change


def other_reset(laws: Laws) -> Laws:
    """Subtract where the membrane should be set, and the other way round."""
    after = laws.step.after
    level = after.level - after.target if after.kept else 0.0
    return laws._replace(
        step=laws.step._replace(after=after._replace(kept=1.0 - after.kept, target=level))
    )


#: What is wrong with the laws of `lif`, and the check that finds it.
BROKEN = {
    "charge 1e-12 too large": ("charging", in_step(charge=lambda x: x * (1 + 1e-12))),
    "wrong sign of the decay": ("charging", in_step(charge=lambda x: -x)),
    "refractory period a step too long": (
        "spike_times",
        lambda laws: laws._replace(refractory_steps=laws.refractory_steps + 1),
    ),
    "refractory period a step too short": (
        "spike_times",
        lambda laws: laws._replace(refractory_steps=max(0, laws.refractory_steps - 1)),
    ),
    "hard for subtractive reset": ("reset", other_reset),
    "threshold an ulp too high": ("reset", in_step(u_thresh=lambda x: np.nextafter(x, 99.0))),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("check", "change"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_membrane_is_found(
    check: str, change: Callable[[Laws], Laws], engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LIFNeuron, "laws", broken(LIFNeuron, change))
    assert misses(check, engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_swapped_time_constants_of_the_synapse_are_found(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The potential itself is symmetric up to a factor tau_m/tau_syn in its height."""

    def swapped(tau_m: float, tau_syn: float, dt: float) -> ExponentialSynapse:
        return leaky_synapse(tau_syn, tau_m, dt)

    monkeypatch.setattr(_membrane, "leaky_synapse", swapped)
    assert misses("postsynaptic_potential", engine)


def negative(x: float) -> float:
    return -x


def swapped_in_step(one: str, other: str) -> Callable[[Laws], Laws]:
    """Return what exchanges two constants of a step."""

    def change(laws: Laws) -> Laws:
        values = {one: getattr(laws.step, other), other: getattr(laws.step, one)}
        return laws._replace(step=laws.step._replace(**values))

    return change


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("form", "change"),
    [
        ("threshold", in_step(recovery=lambda x: 0.9 * x)),
        ("threshold", in_step(beta=negative)),
        ("threshold", swapped_in_step("charge", "recovery")),
        ("current", in_step(b=negative)),
        ("current", in_step(uw=negative)),
        ("current", in_step(w_fixed=negative)),
        ("current", in_step(w_held=negative)),
        ("current", in_step(recovery=lambda x: 0.9 * x)),
    ],
)
def test_a_wrong_adaptation_is_found(
    form: str, change: Callable[[Laws], Laws], engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = getattr(AdaptiveLIF, f"_{form}_laws")

    def wrong(self: AdaptiveLIF, dt: float, after: Reset) -> Laws:
        return change(right(self, dt, after))

    monkeypatch.setattr(AdaptiveLIF, f"_{form}_laws", wrong)
    assert misses({"threshold": "adaptation", "current": "adaptation_current"}[form], engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_swapped_time_constants_of_the_adaptation_current_are_found(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swapped(tau_m: float, tau_adapt: float, *rest: Any) -> AdaptiveCurrentStep:
        return current_step(tau_adapt, tau_m, *rest)

    monkeypatch.setattr(adaptive_lif, "current_step", swapped)
    assert misses("adaptation_current", engine)


@pytest.mark.parametrize(
    "change",
    [
        in_step(a=lambda x: 1.1 * x),
        swapped_in_step("a", "b"),
        in_step(d=negative),
        in_step(v_peak=lambda x: x - 60.0),
        in_step(square=lambda x: x * (1 + 1e-9)),
    ],
)
def test_a_wrong_quadratic_neuron_is_found(
    change: Callable[[Laws], Laws], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The laws are the same in both engines; the NumPy engine takes seconds for these rows."""
    monkeypatch.setattr(Izhikevich, "laws", broken(Izhikevich, change))
    assert misses("izhikevich", "compiled")


def test_a_miss_is_shown_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(_measurement, "module_names", lambda package: ["charging"])
    assert main(["verify", "neurons"]) == 0
    assert "MISS" not in capsys.readouterr().out
    wrong = broken(LIFNeuron, BROKEN["wrong sign of the decay"][1])
    monkeypatch.setattr(LIFNeuron, "laws", wrong)
    assert main(["verify", "neurons"]) == 5
    out, err = capsys.readouterr()
    assert out.count("MISS") == 6  # three step widths in two engines
    assert "6 of 12 measurements miss their closed form" in err


def test_json_holds_every_row(
    measured: dict[str, list[Measurement]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(_measurement, "measure", measured.__getitem__)
    assert main(["verify", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows == [row.as_document() for group in groups() for row in measured[group]]
    assert all(row["ok"] for row in rows)


def test_an_unknown_group_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "neuron"]) == 2
    assert "expected one of camera, neurons, plasticity, all" in capsys.readouterr().err
