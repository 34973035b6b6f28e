from __future__ import annotations

import json
from pathlib import Path

import pytest

from neurospike_cli.config.load import load_experiment
from neurospike_cli.config.report import as_document, concise_text, full_text
from neurospike_cli.errors import ConfigError, Exit, Problem
from neurospike_cli.neurons.lif import LIFNeuron
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.registry import discover
from tests.config.samples import GOOD, only_problem, position, problems_in

BAD = """\
name: bad
data: {source: synthetic, classes: {a: {pattern: random}}}
network:
  hidden:
  - size: 8
    neuron:
     v_tresh: -50.0
     tau_m: -20
training: {phases: [{rule: surrogate_gradient}]}
"""

REPORT = """\
error: unknown key `v_tresh`
  --> bad.yaml:7:6  (network.hidden.0.neuron.v_tresh)
   |
 7 |      v_tresh: -50.0
   |      ^^^^^^^  did you mean `v_thresh`?
   = valid keys here: {keys}

error: must be greater than 0; got -20
  --> bad.yaml:8:13  (network.hidden.0.neuron.tau_m)
   |
 8 |      tau_m: -20
   |             ^^^
   = tau_m: Membrane time constant, in ms.

2 errors in bad.yaml; nothing was run."""


def test_the_whole_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text(BAD, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_experiment(Path("bad.yaml"))
    assert str(caught.value) == REPORT.format(keys=", ".join(LIFNeuron.model_fields))
    assert caught.value.exit_code is Exit.USAGE
    assert concise_text(caught.value.problems) == (
        "bad.yaml:7:6: unknown key `v_tresh` (network.hidden.0.neuron.v_tresh)\n"
        "bad.yaml:8:13: must be greater than 0; got -20 (network.hidden.0.neuron.tau_m)"
    )
    first = json.loads(json.dumps(as_document(caught.value.problems)))[0]
    assert (first["file"], first["line"], first["column"], first["width"]) == ("bad.yaml", 7, 6, 7)


def test_the_caret_stands_under_the_word_after_tabs() -> None:
    problem = Problem("m", file="f", line=12, column=4, width=2, excerpt="a\tbcd", suggestion="s")
    lines = full_text([problem], "f").split("\n")
    assert lines[1:5] == ["   --> f:12:4", "    |", " 12 | a\tbcd", "    |  \t ^^  s"]


def test_of_a_long_line_the_part_that_matters_is_shown() -> None:
    excerpt = "a" * 1000 + "HERE" + "b" * 1000
    problem = Problem("m", file="f", line=1, column=1001, width=1000, excerpt=excerpt)
    shown, carets = full_text([problem], "f").split("\n")[3:5]
    assert len(shown) == len(carets) == 205
    assert shown[carets.index("^") :].startswith("HEREb")


#: What is changed in GOOD, the message, the path and the text that is underlined.
CASES = {
    "unknown key": ("seed: 7", "sed: 7", "unknown key `sed`", "sed", "sed"),
    "missing key": ("size: 64", "recurrent:", "missing key `size`", "network.hidden.0.size", "r"),
    "missing section": ("name: directions\n", "", "missing key `name`", "name", "s"),
    "text for a number": ("seed: 7", "seed: abc", "must be a whole number; got abc", "seed", "abc"),
    "quoted number": ("seed: 7", "seed: '7'", "must be a whole number; got '7'", "seed", "'7'"),
    "true for a number": (
        "seed: 7",
        "seed: true",
        "must be a whole number; got true",
        "seed",
        "true",
    ),
    "fraction": (
        "size: 64",
        "size: 7.0",
        "must be a whole number; got 7.0",
        "network.hidden.0.size",
        "7.0",
    ),
    "true for a float": (
        "tau_m: 20.0",
        "tau_m: true",
        "must be a number; got true",
        "network.hidden.0.neuron.tau_m",
        "true",
    ),
    "infinity": (
        "tau_m: 20.0",
        "tau_m: .inf",
        "must be a finite number; got .inf",
        "network.hidden.0.neuron.tau_m",
        ".inf",
    ),
    "overflow": (
        "tau_m: 20.0",
        "tau_m: 1e400",
        "must be a finite number; got 1e400",
        "network.hidden.0.neuron.tau_m",
        "1e400",
    ),
    "not a number": (
        "tau_m: 20.0",
        "tau_m: .nan",
        "must be a finite number; got .nan",
        "network.hidden.0.neuron.tau_m",
        ".nan",
    ),
    "too small": ("size: 64", "size: 0", "must be at least 1; got 0", "network.hidden.0.size", "0"),
    "too large": (
        "size: 64",
        f"size: {10**30}",
        f"must be at most 10000000; got {10**30}",
        "network.hidden.0.size",
        str(10**30),
    ),
    "large seed": (
        "seed: 7",
        f"seed: {2**63}",
        f"must be less than {2**63}; got {2**63}",
        "seed",
        str(2**63),
    ),
    "wrong unit": (
        "tau_m: 20.0",
        "tau_m: 20 mV",
        "must be a number, or a number with one of us, µs, ms, s, min; got 20 mV",
        "network.hidden.0.neuron.tau_m",
        "20 mV",
    ),
    "yaml 1.1 false": (
        "dt: 1.0",
        "dt: no",
        "must be a number, or a number with one of us, µs, ms, s, min; got no",
        "data.encoder.dt",
        "no",
    ),
    "number for text": ("name: directions", "name: 12", "must be text; got 12", "name", "12"),
    "bad name": (
        "name: directions",
        "name: ../x",
        "must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$; got ../x",
        "name",
        "../x",
    ),
    "empty": ("seed: 7", "seed:", "must be a whole number; got nothing", "seed", ""),
    "list for a number": (
        "seed: 7",
        "seed: [7]",
        "must be a whole number; got a list",
        "seed",
        "seed",
    ),
    "mapping for a number": (
        "seed: 7",
        "seed: {a: 7}",
        "must be a whole number; got a mapping",
        "seed",
        "seed",
    ),
    "number for a mapping": (
        "sensor: {width: 16, height: 8}",
        "sensor: 3",
        "must be a mapping; got 3",
        "data.sensor",
        "3",
    ),
    "literal": (
        "seed: 7",
        "engine: gpu",
        "expected one of auto, numpy, compiled; got gpu",
        "engine",
        "gpu",
    ),
    "unknown component": (
        "model: lif",
        "model: lff",
        f"expected one of {', '.join(discover(NeuronModel))}; got lff",
        "network.hidden.0.neuron.model",
        "lff",
    ),
    "unnamed component": (
        "pattern: moving_bar, direction: 0.0",
        "direction: 0.0",
        "missing key `pattern`",
        "data.classes.right.pattern",
        "right",
    ),
    "misspelt discriminator": (
        "pattern: moving_bar, direction: 0.0",
        "patern: moving_bar",
        "missing key `pattern`",
        "data.classes.right.pattern",
        "patern",
    ),
    "component by name": (
        "{type: binary, dt: 1.0}",
        "binary",
        "must be a mapping with the key `type`; got binary",
        "data.encoder",
        "binary",
    ),
    "threshold": (
        "v_thresh: -50.0",
        "v_thresh: -70.0",
        "v_thresh (-70.0) must be above v_rest (-65.0)",
        "network.hidden.0.neuron.v_thresh",
        "-70.0",
    ),
    "threshold by rest": (
        "v_thresh: -50.0",
        "v_rest: -40.0",
        "v_thresh (-50.0) must be above v_rest (-40.0)",
        "network.hidden.0.neuron.v_rest",
        "-40.0",
    ),
    "no phases": (
        "phases:\n    - {rule: surrogate_gradient, epochs: 2, optimizer: {type: adam, "
        "learning_rate: 1e-3}}",
        "phases: []",
        "must have 1 or more entries; got 0",
        "training.phases",
        "phases",
    ),
    "figure": (
        "seed: 7",
        "figures: [rastr]",
        "expected one of activity, confusion, curves, event_preview, filter_roc, firing_patterns, "
        "network, neuron, raster, receptive_fields, stdp_window, weights; got rastr",
        "figures.0",
        "rastr",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_error(tmp_path: Path, case: str) -> None:
    old, new, message, path, underlined = CASES[case]
    assert GOOD.count(old) == 1
    text = GOOD.replace(old, new)
    problem = only_problem(tmp_path, text)
    assert (problem.message, problem.path) == (message, path)
    start = problem.column - 1
    assert problem.excerpt == text.split("\n")[problem.line - 1]
    assert problem.excerpt[start : start + problem.width] == underlined
    if underlined and underlined in new:
        assert problem.line == position(text, new)[0] + new[: new.index(underlined)].count("\n")


@pytest.mark.parametrize(
    ("old", "new", "suggestion"),
    [
        ("epochs: 2", "epocs: 2", "did you mean `epochs`?"),
        ("tau_m: 20.0", "Tau_M: 20.0", "did you mean `tau_m`?"),
        (
            "right: {pattern: moving_bar,",
            "right: {pattern: movingbar,",
            "did you mean `moving_bar`?",
        ),
        ("seed: 7", "figures: [weigths]", "did you mean `weights`?"),
        ("seed: 7", "engine: nunpy", "did you mean `numpy`?"),
        ("seed: 7", "extend: base.yaml", "did you mean `extends`?"),
        ("seed: 7", "zzz: 1", ""),
        ("{type: binary, dt: 1.0}", "count", "for example {type: count}"),
    ],
)
def test_suggestions(tmp_path: Path, old: str, new: str, suggestion: str) -> None:
    assert only_problem(tmp_path, GOOD.replace(old, new)).suggestion == suggestion


def test_errors_come_in_the_order_of_the_file_and_all_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("seed: 7", "seed: -1\nseed: 3").replace("size: 64", "size: x")
    text = text.replace("dt: 1.0", "dt: 200.0").replace("epochs: 2", "epochs: 0, layers: [5]")
    found = problems_in(tmp_path, text)
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    assert [problem.path for problem in found] == [
        "seed",
        "data.encoder.dt",
        "network.hidden.0.size",
        "training.phases.0.epochs",
    ]


def test_one_bad_entry_does_not_make_a_list_too_short(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, GOOD.replace("epochs: 2", "epocs: 2"))
    assert problem.path == "training.phases.0.epocs"
