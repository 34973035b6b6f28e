"""`verify`: green for the shipped models, red for broken ones."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.neurons import _membrane, adaptive_lif
from neurospike_cli.neurons._membrane import Constants, LeakyMembrane
from neurospike_cli.neurons._synapse import Synapse
from neurospike_cli.neurons.adaptive_lif import Adaptation, AdaptiveLIF
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.registry import discover
from neurospike_cli.verification._measurement import Measurement, groups, measure

CONSTANTS = LeakyMembrane.constants
ADAPTATION = AdaptiveLIF.adaptation


@pytest.mark.parametrize("group", groups())
def test_every_measurement_meets_its_closed_form(group: str) -> None:
    missed = [row for row in measure(group) if not row.ok]
    assert missed == []


def test_every_neuron_model_is_measured() -> None:
    assert {row.model for row in measure("neurons")} == set(discover(NeuronModel))


def test_a_difference_beyond_the_tolerance_and_nan_are_misses() -> None:
    assert Measurement("m", "q", 1.0, 1.5, 0.5).ok
    assert not Measurement("m", "q", 1.0, 1.5, 0.49).ok
    assert not Measurement("m", "q", float("nan"), 1.5, 1.0).ok


def broken_membrane(change: Callable[[Constants], Constants]) -> Callable:
    return lambda self, dt: change(CONSTANTS(self, dt))


BROKEN = {
    "charge 1e-12 too large": lambda c: c._replace(charge=c.charge * (1 + 1e-12)),
    "wrong sign of the decay": lambda c: c._replace(charge=-c.charge),
    "refractory period one step too long": lambda c: c._replace(
        refractory_steps=c.refractory_steps + 1
    ),
    "hard for subtractive reset": lambda c: c._replace(subtract=not c.subtract),
    "threshold an ulp too high": lambda c: c._replace(u_thresh=np.nextafter(c.u_thresh, 99.0)),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_membrane_is_found(
    change: Callable[[Constants], Constants],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(LeakyMembrane, "constants", broken_membrane(change))
    assert main(["verify", "neurons"]) == 5
    out, err = capsys.readouterr()
    assert "MISS" in out
    assert "miss their closed form" in err


def test_swapped_time_constants_of_the_synapse_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The potential itself is symmetric up to a factor tau_m/tau_syn in its height."""

    def swapped(tau_m: float, tau_syn: float, dt: float) -> Synapse:
        from neurospike_cli.neurons._synapse import synapse

        return synapse(tau_syn, tau_m, dt)

    monkeypatch.setattr(_membrane, "synapse", swapped)
    assert main(["-q", "verify", "neurons"]) == 5


def test_a_wrong_adaptation_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(self: AdaptiveLIF, dt: float) -> Adaptation:
        right = ADAPTATION(self, dt)
        return right._replace(recovery=0.9 * right.recovery)

    monkeypatch.setattr(adaptive_lif.AdaptiveLIF, "adaptation", slow)
    assert main(["-q", "verify", "neurons"]) == 5


def test_json_holds_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["ok"] for row in rows] == [True] * len(measure("neurons"))


def test_an_unknown_group_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "neuron"]) == 2
    assert "expected one of neurons, all" in capsys.readouterr().err
