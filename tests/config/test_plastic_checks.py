"""What is refused of plastic phases: at which key, in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurospike_cli.cli import main
from tests.config.samples import load_text, only_problem, position

PLASTIC = """\
name: plastic
data:
  source: synthetic
  sensor: {width: 6, height: 6}
  duration: 30.0
  classes:
    right: {pattern: moving_bar, direction: 0.0}
    left: {pattern: moving_bar, direction: 180.0}
network:
  hidden:
    - size: 8
      initial_weights: {low: 0.2, high: 0.9}
  readout: {type: all_activity}
training:
  phases:
    - rule: stdp
      layers: [0]
"""
PHASE = "      layers: [0]\n"
RULE, REWARD = "rule: stdp", "rule: reward_stdp"
LAYER = "    - size: 8\n"
READOUT = "  readout: {type: all_activity}\n"
OUT_OF_REACH = "out of reach in layer 0: 36 weights of at most 1 mV have a norm of at most"
BOUNDS = "between w_min = 0 and w_max = 1 mV"


def phase(*lines: str, rule: str = RULE) -> str:
    """Return the config with more lines in its phase."""
    more = "".join(f"      {line}\n" for line in lines)
    return PLASTIC.replace(RULE, rule).replace(PHASE, PHASE + more)


def layer(*lines: str) -> str:
    """Return the config with more lines in its hidden layer."""
    return PLASTIC.replace(LAYER, LAYER + "".join(f"      {line}\n" for line in lines))


def reward(text: str) -> str:
    """Return the config with a reward."""
    return phase(f"reward: {text}", rule=REWARD)


#: The config, the text at the caret, the path and the message of its only error.
CASES = {
    "no time": (phase("tau_plus: 0.0"), "0.0", "phases.0.tau_plus", "must be greater than 0"),
    "negative time": (phase("tau_minus: -5.0"), "-5.0", "phases.0.tau_minus", "greater than 0"),
    "eligibility of no time": (
        *(phase("tau_e: -1.5", rule=REWARD), "-1.5", "phases.0.tau_e"),
        "must be greater than 0; got -1.5",
    ),
    "dopamine of no time": (
        phase("modulation: {type: dopamine, tau_d: -1}", rule=REWARD),
        *("-1", "phases.0.modulation.tau_d", "must be greater than 0; got -1"),
    ),
    "bounds are one": (
        phase("w_min: 1.0", "w_max: 1.0"),
        *("1.0", "phases.0.w_min", "w_min (1) must be below w_max (1)"),
    ),
    "bound above the default": (
        phase("w_min: 2.0"),
        *("2.0", "phases.0.w_min", "w_min (2) must be below w_max (1)"),
    ),
    "nothing eligible": (
        phase("a_plus: 0", "a_minus: 0", rule=REWARD),
        *("0", "phases.0.a_plus", "a_plus and a_minus are both 0: no synapse is ever eligible"),
    ),
    "eligible triplets": (
        phase("triplet: {a3_plus: 0.1}", rule=REWARD),
        *("triplet", "phases.0.triplet", "triplet: eligibility follows pairs of spikes"),
    ),
    "first weights above": (
        PLASTIC.replace("high: 0.9", "high: 1.9"),
        *("1.9", "network.hidden.0.initial_weights.high"),
        f"stdp needs first weights {BOUNDS}; got 1.9 mV",
    ),
    "first weights below": (
        PLASTIC.replace("low: 0.2", "low: -0.2"),
        *("-0.2", "network.hidden.0.initial_weights.low"),
        f"stdp needs first weights {BOUNDS}; got -0.2 mV",
    ),
    "no first weights": (
        PLASTIC.replace("      initial_weights: {low: 0.2, high: 0.9}\n", ""),
        *("s", "network.hidden.0", f"stdp needs initial_weights here, {BOUNDS}: without them"),
    ),
    "norm": (
        phase("normalization: {type: l1, target: 36.5}"),  # 6 x 6 inputs of at most 1 mV
        *("36.5", "phases.0.normalization.target"),
        f"{OUT_OF_REACH} 36 mV; got 36.5 mV",
    ),
    "length": (
        phase("normalization: {type: l2, target: 6.5}"),  # sqrt(36) of them
        *("6.5", "phases.0.normalization.target"),
        f"{OUT_OF_REACH} 6 mV; got 6.5 mV",
    ),
    "no such layer": (
        PLASTIC.replace("layers: [0]", "layers: [1]"),
        *("1", "phases.0.layers.0", "no such layer: hidden layers are numbered from 0, and there "),
    ),
    "own delays": (
        layer("delay: {min: 0, max: 5}"),
        *("delay", "network.hidden.0.delay", "stdp needs one delay for all connections"),
    ),
    "winners": (
        layer("winners: 9"),
        *("9", "network.hidden.0.winners", "must be at most 8, the neurons of the layer; got 9"),
    ),
    "output winners": (
        PLASTIC.replace("all_activity}", "spike_count, winners: 3}"),
        *("3", "network.readout.winners", "must be at most 2, the neurons of the layer; got 3"),
    ),
    "nothing to read": (
        PLASTIC.replace(LAYER, "").replace("      initial_weights: {low: 0.2, high: 0.9}\n", "")
        .replace("  hidden:\n", "  hidden: []\n").replace(PHASE, ""),
        *("hidden", "network.hidden", "all_activity reads the last hidden layer, and there is "),
    ),
    "rewards of classes": (
        reward("{type: by_class, values: [1.0, 0.0, 2.0]}"),
        *("values", "phases.0.reward.values", "must be 2 values, one for each class; got 3"),
    ),
    "no channel": (
        reward("{type: coincidence, pre: 36}"),
        *("36", "phases.0.reward.pre", "does not exist: the input has channels 0 to 35; got 36"),
    ),
    "no neuron": (
        reward("{type: coincidence, post: 8}"),
        *("8", "phases.0.reward.post", "does not exist: layer 0 has neurons 0 to 7; got 8"),
    ),
    "no layer": (
        reward("{type: coincidence, layer: 1}"),
        *("1", "phases.0.reward.layer", "no such hidden layer: the last one is 0; got 1"),
    ),
    "delays crossed": (
        reward("{type: coincidence, shortest_delay: 50, longest_delay: 20}"),
        *("50", "phases.0.reward.shortest_delay", "shortest_delay (50 ms) must not exceed "),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_is_refused_where_it_stands(case: str, tmp_path: Path) -> None:
    load_text(tmp_path, PLASTIC)
    text, underlined, path, message = CASES[case]
    problem = only_problem(tmp_path, text)
    assert problem.path == (path if path.startswith("network") else f"training.{path}")
    assert message in problem.message
    assert text.splitlines()[problem.line - 1] == problem.excerpt
    assert problem.excerpt[problem.column - 1 :][: problem.width] == underlined


def test_a_neuron_of_the_layer_before(tmp_path: Path) -> None:
    two = "reward: {type: coincidence, layer: 1, pre: PRE}"
    text = phase(two, rule=REWARD).replace(READOUT, "    - size: 3\n" + READOUT)
    load_text(tmp_path, text.replace("PRE", "7"))
    problem = only_problem(tmp_path, text.replace("PRE", "8"))
    assert problem.message == "does not exist: the layer before has neurons 0 to 7; got 8"


def test_limits_themselves_are_allowed(tmp_path: Path) -> None:
    texts = [
        layer("winners: 8"),
        phase("normalization: {type: l1, target: 36.0}"),
        reward("{type: coincidence, pre: 35, post: 7}"),
        PLASTIC.replace("low: 0.2, high: 0.9", "low: 0.0, high: 1.0"),
    ]
    first, second, third, fourth = (load_text(tmp_path, text).experiment for text in texts)
    assert first.network.hidden[0].winners == first.network.hidden[0].size
    assert second.training.phases[0].normalization.target == 36.0
    assert third.training.phases[0].reward.pre == 35
    assert fourth.network.hidden[0].initial_weights.high == fourth.training.phases[0].w_max


def test_two_phases_ask_for_the_same_once(tmp_path: Path) -> None:
    """The readout's output layer exists, and a phase without `layers` trains it too."""
    text = PLASTIC.replace("all_activity", "spike_count").replace(PHASE, "    - rule: stdp\n")
    problem = only_problem(tmp_path, text)
    assert problem.path == "network.readout"
    assert problem.message.startswith("stdp needs initial_weights here")
    other = only_problem(
        tmp_path, text, "training.phases.1.w_max=2.0", "training.phases.1.layers=[0]"
    )
    assert other.message == problem.message


@pytest.mark.parametrize(
    ("key", "owners"),
    [
        ("reward: {type: correctness}", "reward_stdp"),
        ("learning_rate: 0.1", "reward_stdp"),
        ("batch_size: 8", "surrogate_gradient"),
    ],
)
def test_a_key_of_another_rule_names_that_rule(tmp_path: Path, key: str, owners: str) -> None:
    text, name = phase(key), key.partition(":")[0]
    problem = only_problem(tmp_path, text)
    assert problem.message == f"unknown key `{name}`"
    assert problem.suggestion == f"a key of {{rule: {owners}}}"
    assert (problem.line, problem.column) == position(text, name)


def test_no_gradient_passes_winners(tmp_path: Path) -> None:
    text = layer("winners: 1").replace(READOUT, "").replace(RULE, "rule: surrogate_gradient")
    problem = only_problem(tmp_path, text)
    head, _, advice = problem.message.partition(": ")
    assert head == "layer 0 has winners, through which no gradient passes"
    assert advice == "train layers above it only, 1 and up"
    assert (problem.path, problem.line) == ("training.phases.0.layers", position(text, "layers")[0])
    load_text(tmp_path, text.replace("layers: [0]", "layers: [1]"))


def test_recurrent_weights_that_stay_are_told(tmp_path: Path) -> None:
    text = layer("recurrent: {probability: 0.2}")
    (warning,) = load_text(tmp_path, text).warnings
    assert warning.message == (
        "recurrent weights stay as they begin: stdp trains those between layers only"
    )
    assert (warning.line, warning.column) == position(text, "recurrent")
    both = "    - rule: surrogate_gradient\n"
    assert load_text(tmp_path, text + both).warnings == ()
    untrained = PLASTIC.replace(LAYER, "    - {size: 5, recurrent: {probability: 0.2}}\n" + LAYER)
    assert load_text(tmp_path, untrained.replace("layers: [0]", "layers: [1]")).warnings == ()


def test_validate_exits_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(reward("{type: coincidence, pre: 36, post: 8}"), encoding="utf-8")
    assert main(["validate", str(path)]) == 2
    out, err = capsys.readouterr()
    text = out + err
    assert f"{path}:18:40  (training.phases.0.reward.pre)" in text
    assert "2 errors" in text
