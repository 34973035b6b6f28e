"""What should make a person look again: found, kept in metrics.jsonl, said in the epoch's line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.learning.findings import findings_of
from tests.training import plastic, tiny

LAYER = "network.hidden.0"


def told(folder: Path, *overrides: str) -> tuple[list[str], str]:
    """Return the findings of the first epoch and its line in the log."""
    run = plastic.train(folder, plastic.STDP, "training.phases.0.epochs=1", *overrides)
    log = (run / "run.log").read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in log if "Epoch 1/1" in line)
    return tiny.epochs_of(run)[0]["findings"], line


def test_a_layer_that_falls_silent(tmp_path: Path) -> None:
    """36 inputs of at most 0.6 mV lift no membrane by 900 mV."""
    found, line = told(tmp_path, f"{LAYER}.neuron.v_thresh=900.0")
    assert found == ["hidden.0: no neuron fired"]
    assert "silent: hidden.0  hidden.0: no neuron fired" in line


def test_weights_in_bulk_at_a_bound(tmp_path: Path) -> None:
    """They begin there, and a rule that only potentiates takes none of them away."""
    found, line = told(
        tmp_path,
        f"{LAYER}.initial_weights={{low: 1.0, high: 1.0}}",
        "training.phases.0.a_minus=0.0",
        "training.phases.0.normalization=null",
    )
    assert "hidden.0: 100% of the weights are at w_max" in found
    assert "hidden.0: 100 % of the weights are at w_max" in line


def test_one_neuron_that_wins_everything(tmp_path: Path) -> None:
    """Who fires first silences the others by 1 V, and fires first again: its synapses grow."""
    found, line = told(
        tmp_path,
        f"{LAYER}={{size: 8, neuron: {{model: lif, v_thresh: -64.0}}, winners: 1, "
        "initial_weights: {low: 0.1, high: 0.6}, inhibition: {strength: 1000.0}}",
        "training.phases.0.normalization=null",
        "training.phases.0.a_plus=1.0",
        "training.phases.0.a_minus=0.0",
        "data.noise.rate=0",
    )
    winners = [text for text in found if "of all spikes" in text]
    assert len(winners) == 1
    number, share = winners[0].removeprefix("hidden.0: neuron ").split(" fired ")
    assert int(number) < 8
    assert 50 <= int(share.partition("%")[0]) <= 100
    assert winners[0].replace("%", " %") in line
    assert any("neurons did not fire" in text for text in found)


WEIGHTS = np.linspace(0.1, 0.9, 40).astype(np.float32).reshape(10, 4)


def at(bound: float, count: int) -> np.ndarray:
    """Return 40 weights, `count` of them at a bound."""
    weights = WEIGHTS.copy()
    weights.ravel()[:count] = bound
    return weights


@pytest.mark.parametrize(
    ("spikes", "weights", "expected"),
    [
        ([5, 5, 5, 5], WEIGHTS, []),
        ([0, 0, 0, 0], WEIGHTS, ["no neuron fired"]),
        ([5, 0, 5, 5], WEIGHTS, ["1 of 4 neurons did not fire"]),
        ([1, 1, 8, 1], WEIGHTS, ["neuron 2 fired 73% of all spikes"]),
        ([3, 3, 10, 4], WEIGHTS, ["neuron 2 fired 50% of all spikes"]),
        ([3, 3, 9, 4], WEIGHTS, []),
        ([5, 5, 5, 5], at(1.0, 20), ["50% of the weights are at w_max"]),
        ([5, 5, 5, 5], at(1.0, 19), []),
        ([5, 5, 5, 5], at(0.0, 30), ["75% of the weights are at w_min"]),
        ([0, 0, 0, 0], at(0.0, 30), ["75% of the weights are at w_min", "no neuron fired"]),
    ],
)
def test_shares_by_hand(spikes: list[int], weights: np.ndarray, expected: list[str]) -> None:
    found = findings_of("hidden.0", np.array(spikes, float), weights, 0.0, 1.0)
    assert found == [f"hidden.0: {text}" for text in expected]


def test_a_tenth_of_silent_neurons_is_told_and_less_is_not() -> None:
    for silent in (1, 2, 3):
        spikes = np.array([0] * silent + [2] * (20 - silent), float)
        found = findings_of("x", spikes, WEIGHTS, 0.0, 1.0)
        assert found == ([f"x: {silent} of 20 neurons did not fire"] if silent >= 2 else [])
    assert findings_of("x", np.array([7.0, 1.0]), WEIGHTS, 0.0, 1.0) == []  # one of two
