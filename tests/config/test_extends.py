from __future__ import annotations

from pathlib import Path

import pytest

from neurospike_cli.config.extends import MAX_CHAIN
from neurospike_cli.config.load import LoadedConfig, load_experiment
from neurospike_cli.errors import ConfigError, Problem
from tests.config.samples import GOOD


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def load(folder: Path, name: str = "child") -> LoadedConfig:
    return load_experiment(folder / f"{name}.yaml")


def only(folder: Path, name: str = "child") -> Problem:
    with pytest.raises(ConfigError) as caught:
        load(folder, name)
    (problem,) = caught.value.problems
    return problem


def test_mappings_merge_and_lists_replace(tmp_path: Path) -> None:
    child = """\
extends: base.yaml
name: child
data: {classes: {spin: {pattern: rotating}, left: {direction: 90.0}}}
network: {hidden: [{size: 3}]}
"""
    write(tmp_path, base=GOOD, child=child)
    resolved = load(tmp_path).resolved
    assert (resolved["name"], resolved["seed"]) == ("child", 7)
    assert list(resolved["data"]["classes"]) == ["right", "left", "spin"]
    assert resolved["data"]["classes"]["left"]["pattern"] == "moving_bar"
    assert resolved["data"]["classes"]["left"]["direction"] == 90.0
    assert [layer["size"] for layer in resolved["network"]["hidden"]] == [3]
    assert resolved["data"]["sensor"] == {"width": 16, "height": 8}


def test_names_are_relative_to_the_file_that_says_them(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    write(tmp_path / "lib", middle="extends: ../base.yaml\nseed: 8\n")
    write(tmp_path, base=GOOD, child="extends: lib/middle.yaml\nname: child\n")
    loaded = load(tmp_path)
    assert (loaded.experiment.name, loaded.experiment.seed) == ("child", 8)
    assert loaded.source_text == "extends: lib/middle.yaml\nname: child\n"
    assert loaded.origins["name"] == f"{tmp_path}/child.yaml:2"
    assert loaded.origins["seed"] == f"{tmp_path}/lib/middle.yaml:2"
    assert loaded.origins["data.source"] == f"{tmp_path}/lib/../base.yaml:4"
    assert loaded.origins["engine"] == "default"


def test_an_error_points_into_the_file_that_has_it(tmp_path: Path) -> None:
    write(tmp_path, base=GOOD.replace("size: 64", "size: 0"), child="extends: base.yaml\n")
    problem = only(tmp_path)
    assert problem.message == "must be at least 1; got 0"
    assert (problem.file, problem.line) == (f"{tmp_path}/base.yaml", 12)
    assert problem.excerpt == "    - size: 0"


def test_the_child_can_mend_the_base(tmp_path: Path) -> None:
    write(tmp_path, base=GOOD.replace("seed: 7", "seed: -7"), child="extends: base.yaml\nseed: 1\n")
    assert load(tmp_path).experiment.seed == 1


def test_circle(tmp_path: Path) -> None:
    write(tmp_path, a="extends: b.yaml\n", b="x: 1\nextends: ./a.yaml\n")
    problem = only(tmp_path, "a")
    steps = " -> ".join(f"{tmp_path}/{name}.yaml" for name in "aba")
    assert problem.message == f"`extends` goes in a circle: {steps}"
    assert (problem.file, problem.line, problem.column) == (f"{tmp_path}/b.yaml", 2, 10)


def test_the_chain_has_an_end(tmp_path: Path) -> None:
    write(tmp_path, c0=GOOD)
    for i in range(1, MAX_CHAIN + 2):
        write(tmp_path, **{f"c{i}": f"extends: c{i - 1}.yaml\nseed: {i}\n"})
    assert load(tmp_path, f"c{MAX_CHAIN}").experiment.seed == MAX_CHAIN
    assert only(tmp_path, f"c{MAX_CHAIN + 1}").message == "a chain of more than 10 configs"


def test_a_base_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, child="name: x\nextends: none.yaml\n")
    problem = only(tmp_path)
    assert problem.message == f"cannot extend `{tmp_path}/none.yaml`: no such config file"
    assert (problem.line, problem.column, problem.path) == (2, 10, "extends")


@pytest.mark.parametrize(("value", "kind"), [("3", "a whole number"), ("[a.yaml]", "a list")])
def test_the_name_is_text(tmp_path: Path, value: str, kind: str) -> None:
    write(tmp_path, child=f"extends: {value}\n")
    assert only(tmp_path).message == f"must be the name of a file; got {kind}"


def test_a_base_that_is_no_mapping(tmp_path: Path) -> None:
    write(tmp_path, child="extends: base.yaml\n", base="[1]\n")
    problem = only(tmp_path)
    assert problem.message == "a config is a mapping of keys to values; this file is a list"
    assert problem.file == f"{tmp_path}/base.yaml"
