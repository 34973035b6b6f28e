from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurospike_cli.config.experiment import Experiment
from neurospike_cli.config.load import (
    as_plain,
    config_hash,
    load_experiment,
    origin_table,
    resolved_yaml,
)
from neurospike_cli.config.yaml_document import Document
from neurospike_cli.errors import ConfigError, UsageError
from tests.config.samples import GOOD, load_text, only_problem


def test_what_is_loaded(tmp_path: Path) -> None:
    loaded = load_text(tmp_path, GOOD)
    experiment = loaded.experiment
    assert (experiment.name, experiment.seed, experiment.engine) == ("directions", 7, "auto")
    assert experiment.data.sensor_size == (16, 8)
    assert experiment.data.class_names() == ("right", "left")
    assert experiment.network.hidden[0].size == 64
    assert experiment.training.phases[0].epochs == 2
    assert experiment.figures is None
    assert (loaded.path, loaded.source_text) == (tmp_path / "config.yaml", GOOD)


def test_the_resolved_config_runs_alone(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(GOOD, encoding="utf-8")
    first = load_text(tmp_path, "extends: base.yaml\nname: 1e-3x\n", "seed=9", "data.duration=1 s")
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    second = load_text(alone, resolved_yaml(first.experiment))
    assert second.experiment == first.experiment
    assert second.experiment.data.duration == 1000.0
    assert resolved_yaml(second.experiment) == resolved_yaml(first.experiment)
    assert config_hash(second.experiment) == config_hash(first.experiment)


@settings(deadline=None, max_examples=30)
@given(
    name=st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"),
    classes=st.lists(
        st.text(min_size=1, max_size=8).filter(str.isprintable), min_size=1, max_size=3, unique=True
    ),
    rate=st.floats(0, 1e6),
)
def test_any_experiment_survives_its_yaml(name: str, classes: list[str], rate: float) -> None:
    data = {"source": "synthetic", "classes": {c: {"pattern": "random"} for c in classes}}
    phases = {"phases": [{"rule": "surrogate_gradient"}]}
    document = {"name": name, "data": {**data, "noise": {"rate": rate}}, "training": phases}
    experiment = Experiment.model_validate(document)
    read = Document(resolved_yaml(experiment), "resolved")
    assert read.problems == []
    assert Experiment.model_validate(read.root.plain()) == experiment
    assert as_plain(experiment) == read.root.plain()


def test_the_hash_is_that_of_the_meaning(tmp_path: Path) -> None:
    reference = config_hash(load_text(tmp_path, GOOD).experiment)
    assert len(reference) == 64
    commented = load_text(tmp_path, "# a comment\n" + GOOD.replace("tau_m: 20.0", "tau_m: 20 ms"))
    assert config_hash(commented.experiment) == reference
    assert config_hash(load_text(tmp_path, GOOD, "engine=auto").experiment) == reference
    assert config_hash(load_text(tmp_path, GOOD, "seed=8").experiment) != reference
    right, left = (line for line in GOOD.split("\n") if "moving_bar" in line)
    swapped = GOOD.replace(f"{right}\n{left}", f"{left}\n{right}")
    assert swapped != GOOD
    # The order of the classes is the order of the labels.
    assert config_hash(load_text(tmp_path, swapped).experiment) != reference


def test_origins(tmp_path: Path) -> None:
    loaded = load_text(tmp_path, GOOD, "network.hidden.0.size=9")
    file = tmp_path / "config.yaml"
    assert loaded.origins["seed"] == f"{file}:2"
    assert loaded.origins["data.classes.left.direction"] == f"{file}:8"
    assert loaded.origins["data.classes.left.velocity"] == "default"
    assert loaded.origins["network.hidden.0.size"] == "--set network.hidden.0.size=9"
    table = dict(line.split("  # ") for line in origin_table(loaded).split("\n"))
    stripped = {key.rstrip(): origin for key, origin in table.items()}
    assert stripped["network.hidden.0.size: 9"] == "--set network.hidden.0.size=9"
    assert stripped["data.filters: []"] == "default"
    assert len(stripped) == len(loaded.origins)


@pytest.mark.parametrize(
    ("text", "kind"), [("", "empty"), ("# x\n", "empty"), ("3\n", "a whole number"),
                       ("[1]\n", "a list"), ("text\n", "text"), ("true", "true or false")],
)  # fmt: skip
def test_the_top_is_a_mapping(tmp_path: Path, text: str, kind: str) -> None:
    message = f"a config is a mapping of keys to values; this file is {kind}"
    assert only_problem(tmp_path, text).message == message


def test_problems_of_yaml_and_of_values_come_together(tmp_path: Path) -> None:
    text = GOOD.replace("seed: 7", "seed: !!int x").replace("size: 64", "size: 0")
    with pytest.raises(ConfigError) as caught:
        load_text(tmp_path, text)
    assert [p.message for p in caught.value.problems] == [
        "`!!int` must be a whole number; got `x`",
        "must be at least 1; got 0",
    ]


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such config file"):
        load_experiment(tmp_path / "none.yaml")
