"""From a file and `--set` arguments to an `Experiment`, and back to text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from neurospike_cli.config.advice import warnings_of
from neurospike_cli.config.cross_checks import cross_problems
from neurospike_cli.config.experiment import Experiment
from neurospike_cli.config.extends import read_tree
from neurospike_cli.config.overrides import apply_overrides
from neurospike_cli.config.place import KeyPath, dotted
from neurospike_cli.config.problems import problems_of
from neurospike_cli.config.report import config_error
from neurospike_cli.config.tree import Node
from neurospike_cli.config.yaml_document import dump_yaml
from neurospike_cli.errors import Problem


@dataclass(frozen=True)
class LoadedConfig:
    """An experiment and where it comes from.

    Attributes:
        experiment: what the config says.
        path: the file.
        source_text: the file's own text, without what it extends.
        resolved: every parameter with its default, as plain data in the order of the schema.
        origins: ``file:line``, ``--set …`` or ``default`` by dotted path of every leaf.
        warnings: what a user should know before it runs.
    """

    experiment: Experiment
    path: Path
    source_text: str
    resolved: Mapping[str, Any]
    origins: Mapping[str, str]
    warnings: tuple[Problem, ...] = ()


def load_experiment(path: Path, overrides: Sequence[str] = ()) -> LoadedConfig:
    """Read a config, apply overrides and check all of it; touches no data.

    Args:
        path: the YAML file.
        overrides: ``a.b.c=VALUE``, as given to `--set`.

    Raises:
        UsageError: when the file cannot be read.
        ConfigError: with every problem found.
    """
    tree, text, problems = read_tree(path)
    tree, wrong_arguments = apply_overrides(tree, overrides)
    problems += wrong_arguments
    experiment, wrong_values = _validated(tree)
    known = {problem.path for problem in problems}
    problems += [problem for problem in wrong_values if problem.path not in known]
    if experiment is None or problems:
        raise config_error(problems, str(path))
    resolved = as_plain(experiment)
    origins, warnings = _origins(tree, resolved), warnings_of(experiment, tree)
    return LoadedConfig(experiment, path, text, resolved, origins, warnings)


def as_plain(experiment: Experiment) -> dict[str, Any]:
    """Return every parameter of `experiment` as plain data that loads back to an equal one."""
    return experiment.model_dump(mode="json")


def resolved_yaml(experiment: Experiment) -> str:
    """Return `experiment` as YAML with every default, which loads back to an equal one."""
    return dump_yaml(as_plain(experiment))


def origin_table(loaded: LoadedConfig) -> str:
    """Return one line for every leaf: ``path: value`` and where that comes from."""
    lines = {
        dotted(path): f"{dotted(path)}: {json.dumps(value, ensure_ascii=False)}"
        for path, value in leaf_values(loaded.resolved).items()
    }
    width = min(60, max(len(line) for line in lines.values()))
    return "\n".join(f"{line:<{width}}  # {loaded.origins[key]}" for key, line in lines.items())


def config_hash(experiment: Experiment) -> str:
    """Return the SHA-256 of the resolved config in hexadecimal.

    Keys are not sorted: parameters stand in the order of the schema, and the order of the classes
    is the order of their labels.
    """
    canonical = json.dumps(as_plain(experiment), separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _validated(tree: Node) -> tuple[Experiment | None, list[Problem]]:
    plain = tree.plain()
    try:
        experiment = Experiment.model_validate(plain)
    except ValidationError as error:
        return None, [*problems_of(error, Experiment, tree), *cross_problems(plain, tree)]
    return experiment, cross_problems(plain, tree)


def _origins(tree: Node, resolved: Mapping[str, Any]) -> dict[str, str]:
    """Return where every leaf of `resolved` comes from."""
    origins = {}
    for leaf in leaf_values(resolved):
        reached, node = tree.reach(leaf)
        origins[dotted(leaf)] = node.place.origin if reached == leaf else "default"
    return origins


def leaf_values(value: Any, path: KeyPath = ()) -> dict[KeyPath, Any]:
    """Return every value in `value` that holds no other, by its path."""
    match value:
        case dict() if value:
            children = [leaf_values(item, (*path, key)) for key, item in value.items()]
        case list() if value:
            children = [leaf_values(item, (*path, i)) for i, item in enumerate(value)]
        case _:
            return {path: value}
    return {leaf: item for child in children for leaf, item in child.items()}
