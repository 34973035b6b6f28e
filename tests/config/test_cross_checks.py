from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.config.samples import GOOD, load_text, only_problem, position, problems_in


def test_input_size_follows_from_the_encoder(tmp_path: Path) -> None:
    text = GOOD.replace("network:\n", "network:\n  input_size: 100\n")
    problem = only_problem(tmp_path, text)
    assert problem.message == (
        "must be 128, the channels that the encoder makes of the sensor, or be left out; got 100"
    )
    assert (problem.line, problem.column) == position(text, "100")
    assert problem.path == "network.input_size"
    load_text(tmp_path, text, "network.input_size=128")
    load_text(tmp_path, text, "network.input_size=256", "data.encoder.polarity=separate")


def test_duration_shorter_than_a_step(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, GOOD, "data.duration=0.5")
    assert problem.message == "must not exceed the duration of 0.5 ms; got 1 ms"
    assert (problem.path, problem.line) == ("data.encoder.dt", 9)


def test_a_split_without_samples(tmp_path: Path) -> None:
    text = GOOD.replace("  encoder", "  samples_per_class: 2\n  encoder")
    problem = only_problem(tmp_path, text)
    assert problem.message == "must be at least 3, one for each part of the split in use; got 2"
    assert (problem.line, problem.column) == position(text, "2\n  encoder")


@pytest.mark.parametrize(
    ("argument", "limit"),
    [
        ("network.hidden.0.neuron.tau_m=1.9",
         "half of tau_m = 1.9 ms of network.hidden.0.neuron, 0.95 ms"),
        ("network.hidden.0.neuron.refractory_period=0.5",
         "the refractory_period = 0.5 ms of network.hidden.0.neuron, 0.5 ms"),
        ("network.readout.neuron.tau_m=1.9",
         "half of tau_m = 1.9 ms of network.readout.neuron, 0.95 ms"),
    ],
)  # fmt: skip
def test_a_step_too_wide_for_a_neuron(tmp_path: Path, argument: str, limit: str) -> None:
    problem = only_problem(tmp_path, GOOD, argument)
    assert problem.message == f"dt must be at most {limit}; got 1 ms"
    assert (problem.path, problem.line, problem.column) == ("data.encoder.dt", 9, 31)
    short = only_problem(
        tmp_path, GOOD.replace("  encoder: {type: binary, dt: 1.0}\n", ""), argument
    )
    assert (short.path, short.file) == (argument.partition("=")[0], f"--set {argument}")


def test_one_wrong_step_is_one_error_with_the_tightest_bound(tmp_path: Path) -> None:
    """A dt of 50 ms exceeds tau_m / 2 and the refractory period of both layers."""
    tight = "network.hidden.0.neuron.refractory_period=0.5"
    problem = only_problem(tmp_path, GOOD.replace("dt: 1.0", "dt: 50.0"), tight)
    assert "the refractory_period = 0.5 ms of network.hidden.0.neuron" in problem.message
    assert problem.path == "data.encoder.dt"


@pytest.mark.parametrize(
    "argument",
    ["network.hidden.0.neuron.tau_m=2.0", "network.hidden.0.neuron.refractory_period=0",
     "network.hidden.0.neuron.refractory_period=1.0"],
)  # fmt: skip
def test_a_step_that_just_fits(tmp_path: Path, argument: str) -> None:
    path, value = argument.split("=")
    key = path.rpartition(".")[2]
    neuron = load_text(tmp_path, GOOD, argument).experiment.network.hidden[0].neuron
    assert neuron.model_dump()[key] == float(value)


@pytest.mark.parametrize("key", ["delay", "recurrent.delay"])
@pytest.mark.parametrize(
    ("delay", "at", "message"),
    [
        ("2.5", "", "must be a multiple of dt = 1 ms; got 2.5 ms"),
        ("2500 us", "", "must be a multiple of dt = 1 ms; got 2.5 ms"),
        ("{min: 0.5, max: 3.0}", ".min", "must be a multiple of dt = 1 ms; got 0.5 ms"),
        ("{min: 0.0, max: 3.1}", ".max", "must be a multiple of dt = 1 ms; got 3.1 ms"),
        ("{min: 4.0, max: 3.0}", ".max", "max must be at least min, 4 ms; got 3 ms"),
        ("100.0", "", "must be shorter than a recording, 100 ms; got 100 ms"),
        ("{min: 0.0, max: 101.0}", ".max", "must be shorter than a recording, 100 ms; got 101 ms"),
        ("-1.0", "", "must be at least 0; got -1.0"),
    ],
)
def test_a_delay_that_cannot_be(
    tmp_path: Path, key: str, delay: str, at: str, message: str
) -> None:
    outer = {"delay": delay, "recurrent.delay": f"{{probability: 0.1, delay: {delay}}}"}[key]
    text = GOOD.replace("- size: 64", f"- size: 64\n      {key.partition('.')[0]}: {outer}")
    problem = only_problem(tmp_path, text)
    assert problem.message == message
    assert problem.path == f"network.hidden.0.{key}{at}"
    assert problem.line == position(text, outer)[0]
    value = problem.excerpt[problem.column - 1 :][: problem.width]
    assert value in delay
    assert value not in ("min", "max", "")


def test_inhibition_needs_neurons_to_be_between(tmp_path: Path) -> None:
    inhibition = "network.hidden.0.inhibition={strength: 5 mV}"
    text = GOOD.replace("size: 64", "size: 1\n      inhibition: {strength: 5 mV}")
    problem = only_problem(tmp_path, text)
    assert problem.message == "a layer of one neuron has no other neurons to inhibit"
    assert problem.path == "network.hidden.0.inhibition"
    assert problem.line == position(text, "inhibition")[0]
    load_text(tmp_path, GOOD, inhibition)
    late = only_problem(tmp_path, GOOD, inhibition, "network.hidden.0.inhibition.delay=0.7")
    assert late.message == "must be a multiple of dt = 1 ms; got 0.7 ms"
    assert late.path == "network.hidden.0.inhibition.delay"


@pytest.mark.parametrize(
    ("fraction", "bound"),
    [("0", "greater than 0"), ("-0.1", "greater than 0"), ("1.5", "at most 1")],
)
def test_a_fraction_of_neurons_that_cannot_be(tmp_path: Path, fraction: str, bound: str) -> None:
    text = GOOD.replace("- size: 64", f"- size: 64\n      dale: {{excitatory: {fraction}}}")
    problem = only_problem(tmp_path, text)
    assert problem.message == f"must be {bound}; got {fraction}"
    assert problem.path == "network.hidden.0.dale.excitatory"
    assert problem.line == position(text, "dale")[0]
    assert problem.excerpt[problem.column - 1 :][: problem.width] == fraction


@pytest.mark.parametrize("delay", ["0", "2", "99.0", "'2 ms'", "{min: 3, max: 3}", "{min: 1.0}"])
def test_a_delay_that_fits(tmp_path: Path, delay: str) -> None:
    first = min(float(number) for number in re.findall(r"[\d.]+", delay))
    loaded = load_text(tmp_path, GOOD, f"network.hidden.0.delay={delay}").experiment
    assert loaded.network.hidden[0].delay.min == first
    # 0.1 ms is no exact binary fraction: 3 of them are 0.30000000000000004 ms.
    loaded = load_text(
        tmp_path, GOOD, "data.encoder.dt=0.1", "network.hidden.0.delay=0.3"
    ).experiment
    assert loaded.network.hidden[0].delay.steps(0.1) == (3, 3)


def test_layers_that_are_not_there(tmp_path: Path) -> None:
    found = problems_in(tmp_path, GOOD, "training.phases.0.layers=[0, 1, 2, -1]")
    assert [(p.path, p.message.rpartition("; ")[2]) for p in found] == [
        ("training.phases.0.layers.2", "got 2"),
        ("training.phases.0.layers.3", "got -1"),
    ]
    load_text(tmp_path, GOOD, "training.phases.0.layers=[0, 1]")


def test_the_best_epoch_needs_a_validation_split(tmp_path: Path) -> None:
    argument = "data.split={train: 0.8, validation: 0, test: 0.2}"
    problem = only_problem(tmp_path, GOOD, argument)
    assert problem.path == "data.split.validation"
    assert problem.message.startswith("must be greater than 0")
    assert problem.excerpt[problem.column - 1 :].startswith("0,")


def test_memory_is_predicted(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, GOOD, "network.hidden=[{size: 100000}, {size: 50000}]")
    # 128 channels × 100,000 + 100,000 × 50,000 weights of 4 bytes.
    gigabytes = 4 * (128 * 100_000 + 100_000 * 50_000) / 1e9
    assert problem.message == (
        f"the weights need {gigabytes:.1f} GB; at most 8 GB are allowed; got 50000 neurons here"
    )
    assert problem.path == "network.hidden.1.size"


@pytest.mark.parametrize(("precision", "fits"), [("float32", True), ("float64", False)])
def test_memory_counts_the_precision(tmp_path: Path, precision: str, fits: bool) -> None:
    arguments = ["network.hidden=[{size: 30000}, {size: 50000}]", f"precision={precision}"]
    assert 4 * 30_000 * 50_128 < 8e9 < 8 * 30_000 * 50_000
    if fits:
        load_text(tmp_path, GOOD, *arguments)
    else:
        assert "12.0 GB" in only_problem(tmp_path, GOOD, *arguments).message


def test_memory_counts_recurrent_connections(tmp_path: Path) -> None:
    layer = "{size: 50000, recurrent: {probability: 0.5}}"
    problem = only_problem(tmp_path, GOOD, f"network.hidden=[{layer}]")
    # Half of 50,000² pairs, a weight and an index each; and the inputs.
    assert f"{4 * (50_000**2 * 0.5 * 2 + 128 * 50_000) / 1e9:.1f} GB" in problem.message


def test_a_bad_section_does_not_hide_what_is_wrong_in_others(tmp_path: Path) -> None:
    text = GOOD.replace("seed: 7", "seed: x").replace("epochs: 2", "epochs: 0")
    found = problems_in(tmp_path, text.replace("network:\n", "network:\n  input_size: 3\n"))
    assert [p.path for p in found] == ["seed", "network.input_size", "training.phases.0.epochs"]


def test_no_data_is_needed(tmp_path: Path) -> None:
    for source in ("nmnist", "dataset"):
        loaded = load_text(tmp_path, GOOD, f"data={{source: {source}, root: {tmp_path}/none}}")
        assert loaded.experiment.data.component_name == source
