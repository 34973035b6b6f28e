"""Phases of plasticity in whole trainings: engines, interruptions, frozen layers, schedules."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.learning.stdp import STDP
from tests.engines import ENGINES
from tests.learning.trials import network, rule_of, trials
from tests.training import plastic, tiny

TEXTS = {"stdp": plastic.STDP, "reward_stdp": plastic.REWARD}
GRADIENT = "    - {rule: surrogate_gradient, layers: [1], epochs: 2, batch_size: 8}\nfigures"


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """A run of each rule by each engine, in pieces of 8 samples."""
    with pytest.MonkeyPatch.context() as patch:
        plastic.small_batches(patch)
        return {
            (rule, engine): plastic.train(
                tmp_path_factory.mktemp(f"{rule}-{engine}"), text, f"engine={engine}"
            )
            for rule, text in TEXTS.items()
            for engine in ENGINES
        }


@pytest.mark.parametrize("rule", TEXTS)
def test_both_engines_train_to_the_same_bits(
    rule: str, wholes: dict[tuple[str, str], Path]
) -> None:
    one, other = (wholes[rule, engine] for engine in ENGINES)
    assert (one / "weights.npz").read_bytes() == (other / "weights.npz").read_bytes()
    assert tiny.epochs_of(one) == tiny.epochs_of(other)
    first = plastic.arrays(one / "weights.npz")
    assert first["hidden.0.theta"].min() > 0  # every neuron has fired


@pytest.mark.parametrize("rule", TEXTS)
def test_a_phase_keeps_its_memory_from_epoch_to_epoch(
    rule: str, wholes: dict[tuple[str, str], Path]
) -> None:
    """3 epochs of 28 samples; the norm is that of 36 first weights between 0.1 and 0.6 mV."""
    state = plastic.arrays(wholes[rule, "numpy"] / "checkpoints/last.npz", "state/")
    assert state["hidden.0.samples"].tolist() == [84]
    # Its mean over 8 neurons: 12.6 mV, of standard deviation 0.5/sqrt(12) · sqrt(36/8).
    assert abs(state["hidden.0.norm"][0] - 12.6) < 4 * 0.31
    assert not state["hidden.0.spikes"].any()  # counted anew in each epoch, for its findings
    assert rule == "stdp" or state["trials"].tolist() == [84]


def test_how_often_a_rule_looks_up_changes_nothing(
    tmp_path: Path, wholes: dict[tuple[str, str], Path]
) -> None:
    whole = plastic.train(tmp_path, plastic.STDP, "engine=numpy")  # an epoch in one piece
    expected = (wholes["stdp", "numpy"] / "weights.npz").read_bytes()
    assert (whole / "weights.npz").read_bytes() == expected


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("after", [1, plastic.BATCHES, 2 * plastic.BATCHES + 3, 12])
@pytest.mark.parametrize("rule", TEXTS)
def test_a_resumed_run_ends_with_the_same_bits(
    rule: str,
    after: int,
    engine: str,
    wholes: dict[tuple[str, str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Weights, thresholds, labels, the mean reward and the norms aimed at go on where they were."""
    plastic.small_batches(monkeypatch)
    name = f"engine={engine}"
    run = plastic.interrupted(tmp_path, TEXTS[rule], monkeypatch, after, name)
    assert main(["-q", "train", "--resume", str(run)]) == 0
    whole = wholes[rule, engine]
    assert (run / "weights.npz").read_bytes() == (whole / "weights.npz").read_bytes()
    assert tiny.epochs_of(run) == tiny.epochs_of(whole)
    states = (plastic.arrays(r / "checkpoints/last.npz", "state/") for r in (run, whole))
    one, other = ({name: array.tobytes() for name, array in state.items()} for state in states)
    assert one == other


def test_a_gradient_leaves_what_spikes_have_learned(tmp_path: Path) -> None:
    """Layer 0 by STDP, then layer 1 by gradients: weights and thresholds of 0 keep their bits."""
    text = plastic.STDP.replace("  readout: {type: all_activity}\n", "")
    last = "checkpoints/last.npz"
    first = plastic.arrays(plastic.train(tmp_path / "one", text) / last, "weights/")
    run = plastic.train(tmp_path / "two", text.replace("figures", GRADIENT))
    both = plastic.arrays(run / last, "weights/")
    assert [line["rule"] for line in tiny.epochs_of(run)] == [
        *("stdp",) * 3,
        *("surrogate_gradient",) * 2,
    ]
    for name in ("hidden.0.weight", "hidden.0.theta"):
        assert both[name].tobytes() == first[name].tobytes()
    assert first["hidden.0.theta"].max() > 0
    assert not np.array_equal(both["output.weight"], first["output.weight"])


def test_spikes_leave_what_a_gradient_has_learned(tmp_path: Path) -> None:
    """The other way round: phase 1 of gradients on the output, phase 2 of STDP below it."""
    text = plastic.STDP.replace("  readout: {type: all_activity}\n", "")
    gradient = GRADIENT.removesuffix("figures")
    turned = text.replace("    - rule: stdp", f"{gradient}    - rule: stdp")
    one = text[: text.index("    - rule: stdp")] + GRADIENT + ": []\n"
    last = "checkpoints/last.npz"
    first = plastic.arrays(plastic.train(tmp_path / "one", one) / last, "weights/")
    both = plastic.arrays(plastic.train(tmp_path / "two", turned) / last, "weights/")
    assert both["output.weight"].tobytes() == first["output.weight"].tobytes()
    assert not np.array_equal(both["hidden.0.weight"], first["hidden.0.weight"])
    assert not first["hidden.0.theta"].any()


def test_a_phase_is_told_how_much_of_it_lies_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Epoch e of 3, batch b of 4: (e + b/4)/3, after an interruption too."""
    plastic.small_batches(monkeypatch)
    seen, update = [], STDP.update

    def record(self, network, batch, labels, state, done=0.0):
        seen.append(done)
        return update(self, network, batch, labels, state, done)

    monkeypatch.setattr(STDP, "update", record)
    run = plastic.interrupted(tmp_path, plastic.STDP, monkeypatch, 6, "engine=numpy")
    assert main(["-q", "train", "--resume", str(run)]) == 0
    assert seen == [(e + b / 4) / 3 for e in range(3) for b in range(4)]


@pytest.mark.parametrize(
    ("schedule", "factors"),
    [
        ({"type": "linear"}, [1.0, 0.75, 0.5, 0.25, 1e-3]),
        ({"type": "linear", "end": 0.5}, [1.0, 0.875, 0.75, 0.625, 0.5005]),
        ({"type": "cosine"}, [1.0, (1 + 0.5**0.5) / 2, 0.5, (1 - 0.5**0.5) / 2, 2.4674e-6]),
        ({"type": "exponential", "end": 1e-4}, [1.0, 0.1, 0.01, 1e-3, 1e-4**0.999]),
    ],
)
def test_a_schedule_scales_what_a_trial_changes(schedule: dict, factors: list[float]) -> None:
    """At shares 0, 1/4, 1/2, 3/4 and 0.999 of the phase; the last updates of most vanish."""
    changes, (sample,) = [], trials(1)
    for done in (0.0, 0.25, 0.5, 0.75, 0.999):
        net = network()
        rule = rule_of(reward={"type": "by_class", "values": [1.0, 0.0]}, rate_schedule=schedule)
        before = net.weights["hidden.0.weight"].copy()
        rule.update(net, sample, np.array([0]), rule.start(net), done)
        changes.append(net.weights["hidden.0.weight"] - before)
    for change, factor in zip(changes, factors, strict=True):
        # A change of some 1e-2 mV is read off a weight of up to 1 mV; 2.4674e-6 has five digits.
        np.testing.assert_allclose(change, factor * changes[0], rtol=1e-5, atol=1e-15)
    assert np.abs(changes[0]).max() > 1e-3


def test_the_last_updates_of_a_linear_schedule_vanish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sample at a time, amplitudes of factor 1 - k/28: changes follow it.

    The largest change of a sample lies within a factor of 10 of the others': spikes differ.
    """
    plastic.small_batches(monkeypatch, 1)
    sizes, update = [], STDP.update

    def record(self, network, batch, labels, state, done=0.0):
        before = network.weights["hidden.0.weight"].copy()
        result = update(self, network, batch, labels, state, done)
        sizes.append(np.abs(network.weights["hidden.0.weight"] - before).max() / (1 - done))
        return result

    monkeypatch.setattr(STDP, "update", record)
    phase = "training.phases=[{rule: stdp, epochs: 1, rate_schedule: {type: linear}}]"
    plastic.train(tmp_path, plastic.STDP, "engine=numpy", phase)
    assert len(sizes) == 28
    assert 0 < max(sizes) < 10 * min(sizes)
