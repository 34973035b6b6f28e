from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from neurospike_cli.config.json_schema import DIALECT, experiment_schema
from neurospike_cli.config.load import resolved_yaml
from neurospike_cli.config.templates import template_names, template_text
from neurospike_cli.config.yaml_document import Document
from tests.config.samples import GOOD, load_text

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("**/*.yaml"))


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    schema = experiment_schema()
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def plain(text: str) -> Any:
    return Document(text, "text").root.plain()


def test_the_dialect() -> None:
    schema = experiment_schema()
    assert schema["$schema"] == DIALECT
    assert "$defs" not in str(schema)
    assert "#/definitions/" in str(schema)


def test_defaults_and_units_are_told() -> None:
    tau_m = experiment_schema()["definitions"]["LIFNeuron"]["properties"]["tau_m"]
    assert tau_m["default"] == 20.0
    assert tau_m["description"] == "Membrane time constant, in ms."


@pytest.mark.parametrize("name", template_names())
def test_templates_fit(validator: Draft7Validator, name: str) -> None:
    assert list(validator.iter_errors(plain(template_text(name)))) == []


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_configs_fit(validator: Draft7Validator, path: Path) -> None:
    assert list(validator.iter_errors(plain(path.read_text(encoding="utf-8")))) == []


def test_resolved_configs_fit(validator: Draft7Validator, tmp_path: Path) -> None:
    assert (
        list(validator.iter_errors(plain(resolved_yaml(load_text(tmp_path, GOOD).experiment))))
        == []
    )


@pytest.mark.parametrize(
    ("delay", "fits"),
    [("2.0", True), ("2 ms", True), ("{min: 1.0, max: 3.0}", True), ("{max: 3.0}", False),
     ("[1.0]", False), ("true", False)],
)  # fmt: skip
def test_a_number_may_stand_for_a_mapping(
    validator: Draft7Validator, delay: str, fits: bool
) -> None:
    text = GOOD.replace("- size: 64", f"- size: 64\n      delay: {delay}")
    assert (list(validator.iter_errors(plain(text))) == []) == fits


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tau_m: 20.0", "tau_m: 20 ms"),
        ("model: lif\n        ", ""),
        ("name: directions", "extends: base.yaml"),
        ("epochs: 2", "layers: [0, 1]"),
    ],
)
def test_what_is_right_fits(validator: Draft7Validator, old: str, new: str) -> None:
    assert old in GOOD
    assert list(validator.iter_errors(plain(GOOD.replace(old, new)))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("seed: 7", "sed: 7"),
        ("tau_m: 20.0", "tau_q: 20.0"),
        ("tau_m: 20.0", "tau_m: -1"),
        ("tau_m: 20.0", "tau_m: fast"),
        ("model: lif", "model: lff"),
        ("pattern: moving_bar, direction: 0.0", "direction: 0.0"),
        ("pattern: moving_bar, direction: 0.0", "pattern: moving_bar, directoin: 0.0"),
        ("source: synthetic\n", "{}\n"),
        ("size: 64", "size: 7.5"),
        ("name: directions\n", ""),
        ("seed: 7", "figures: [rastr]"),
    ],
)
def test_what_is_wrong_does_not_fit(validator: Draft7Validator, old: str, new: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new) if new != "{}\n" else GOOD.replace("  source: synthetic\n", "")
    assert not validator.is_valid(plain(text))
