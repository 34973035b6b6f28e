from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from neurospike_cli.config.overrides import apply_overrides
from neurospike_cli.config.yaml_document import Document, dump_yaml
from tests.config.samples import GOOD, load_text, only_problem, problems_in
from tests.config.test_yaml_scalars import SCALARS


def test_values_are_typed_as_yaml(tmp_path: Path) -> None:
    loaded = load_text(
        tmp_path,
        GOOD,
        "seed=0x10",
        "network.hidden.0.size=32",
        "data.encoder={type: count, dt: 2 ms}",
        "training.phases.0.optimizer.learning_rate=1e-4",
        "name=no",
    )
    resolved = loaded.resolved
    assert (resolved["seed"], resolved["name"]) == (16, "no")
    assert resolved["network"]["hidden"][0]["size"] == 32
    assert resolved["network"]["hidden"][0]["neuron"]["tau_m"] == 20.0
    assert (resolved["data"]["encoder"]["type"], resolved["data"]["encoder"]["dt"]) == (
        "count",
        2.0,
    )
    assert resolved["training"]["phases"][0]["optimizer"]["learning_rate"] == 1e-4


@pytest.mark.parametrize(("text", "said"), [("a\udcff", "U+DCFF"), ("\x1b", "U+001B")])
def test_bytes_that_are_no_text(tmp_path: Path, text: str, said: str) -> None:
    problem = only_problem(tmp_path, GOOD, f"name={text}")
    assert problem.message == f"character {said} is no text; remove it"
    assert problem.column == len("name=") + len(text)


def test_what_a_config_extends_cannot_be_set(tmp_path: Path) -> None:
    problem = only_problem(tmp_path, GOOD, "extends=base.yaml")
    assert problem.message == "`extends` cannot be set here: a file says what it is laid over"


def test_missing_mappings_are_made(tmp_path: Path) -> None:
    loaded = load_text(tmp_path, GOOD, "network.initialization.target_rate=5")
    assert loaded.resolved["network"]["initialization"]["target_rate"] == 5.0


def test_the_last_one_wins_and_later_ones_build_on_earlier(tmp_path: Path) -> None:
    arguments = [
        "network.hidden=[{size: 3}, {size: 4}]",
        "network.hidden.1.size=9",
        "seed=1",
        "seed=2",
    ]
    loaded = load_text(tmp_path, GOOD, *arguments)
    assert [layer["size"] for layer in loaded.resolved["network"]["hidden"]] == [3, 9]
    assert loaded.resolved["seed"] == 2
    assert loaded.origins["network.hidden.1.size"] == "--set network.hidden.1.size=9"


def test_a_class_may_be_named_by_a_number(tmp_path: Path) -> None:
    text = GOOD.replace("right:", "'0':")
    loaded = load_text(
        tmp_path, text, "data.classes.0.direction=90", "data.classes.7.pattern=random"
    )
    assert loaded.resolved["data"]["classes"]["0"]["direction"] == 90.0
    assert list(loaded.resolved["data"]["classes"]) == ["0", "left", "7"]


@pytest.mark.parametrize(
    ("argument", "message", "path", "underlined"),
    [
        ("seed=x", "must be a whole number; got x", "seed", "x"),
        (
            "network.hidden.0.size=7.5",
            "must be a whole number; got 7.5",
            "network.hidden.0.size",
            "7.5",
        ),
        ("network.hiden=3", "unknown key `hiden`", "network.hiden", "hiden"),
        (
            "network.hidden.3.size=4",
            "`network.hidden` is a list of 1: an index is from 0 to 0; got `3`",
            "network.hidden",
            "3",
        ),
        (
            "network.hidden.-1.size=4",
            "`network.hidden` is a list of 1: an index is from 0 to 0; got `-1`",
            "network.hidden",
            "-1",
        ),
        ("seed.x=3", "`seed` is a whole number, which has no `x`", "seed", "x"),
        (
            "data.filters.0.type=x",
            "`data.filters` is not in the config, so it has no item 0",
            "data",
            "filters",
        ),
        ("seed=[1", "not valid YAML: expected ',' or ']', but got '<stream end>'", "seed", ""),
        ("seed=", "must be a whole number; got nothing", "seed", ""),
        (
            "network.hidden.0.neuron.v_thresh=-80",
            "v_thresh (-80.0) must be above v_rest (-65.0)",
            "network.hidden.0.neuron.v_thresh",
            "-80",
        ),
        (
            "training.phases.0={rule: surrogate_gradient, epocs: 3}",
            "unknown key `epocs`",
            "training.phases.0.epocs",
            "epocs",
        ),
    ],
)
def test_errors_point_into_the_argument(
    tmp_path: Path, argument: str, message: str, path: str, underlined: str
) -> None:
    problem = only_problem(tmp_path, GOOD, argument)
    assert (problem.message, problem.path) == (message, path)
    assert (problem.file, problem.line, problem.excerpt) == (f"--set {argument}", 0, argument)
    start = problem.column - 1
    assert argument[start : start + problem.width] == underlined


@pytest.mark.parametrize(
    "argument", ["name", "=3", "a..b=3", ".a=3", "", ".".join("a" * 60) + "=1"]
)
def test_what_is_no_assignment(tmp_path: Path, argument: str) -> None:
    message = f"`--set` expects KEY=VALUE, for example name=test; got `{argument}`"
    assert only_problem(tmp_path, GOOD, argument).message == message


def test_problems_of_file_and_arguments_come_together(tmp_path: Path) -> None:
    found = problems_in(tmp_path, GOOD.replace("seed: 7", "seed: -7"), "name=a b", "nam=3")
    messages = [problem.message for problem in found]
    assert messages[0] == "must be at least 0; got -7"
    assert messages[1:] == [
        "unknown key `nam`",
        "must match ^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$; got a b",
    ]


def _in_flow(value: object) -> str:
    return dump_yaml([value])[2:].removesuffix("\n")


@settings(deadline=None)
@given(SCALARS)
def test_any_scalar_can_be_set(value: object) -> None:
    root = Document("a: {b: [1, 2], c: 3}", "f").root
    changed, problems = apply_overrides(root, [f"a.b.1={_in_flow(value)}"])
    assert problems == []
    assert repr(changed.plain()) == repr({"a": {"b": [1, value], "c": 3}})
    assert root.plain() == {"a": {"b": [1, 2], "c": 3}}
