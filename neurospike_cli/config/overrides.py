"""`--set a.b.c=VALUE`: one value laid over the config, typed and checked like the file.

The value is YAML and replaces what stands at the path; mappings that are missing on the way are
made. Items of a list are named by index: ``network.hidden.0.size=64``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from neurospike_cli.config.extends import KEY as EXTENDS
from neurospike_cli.config.place import KeyPath, Place, dotted
from neurospike_cli.config.report import config_error, problem_at
from neurospike_cli.config.tree import MappingNode, MissingPathError, Node
from neurospike_cli.config.yaml_document import MAX_DEPTH, Document
from neurospike_cli.errors import ConfigError, Problem


def apply_overrides(root: Node, arguments: Sequence[str]) -> tuple[Node, list[Problem]]:
    """Return `root` with every argument applied in order, and what was wrong with arguments.

    Args:
        root: the config's tree.
        arguments: the texts given to `--set`, ``a.b.c=VALUE``.
    """
    problems: list[Problem] = []
    for argument in arguments:
        try:
            root = _applied(root, argument, problems)
        except ConfigError as error:
            problems += error.problems
    return root, problems


def _applied(root: Node, argument: str, problems: list[Problem]) -> Node:
    key, equals, text = argument.partition("=")
    name = f"--set {argument}"
    place = Place(name, 0, 1, len(key) or 1, argument)
    parts = key.split(".")
    if not equals or not all(parts) or len(parts) >= MAX_DEPTH:
        message = f"`--set` expects KEY=VALUE, for example name=test; got `{argument}`"
        raise config_error([problem_at(place, message)], name)
    if parts[0] == EXTENDS:
        message = "`extends` cannot be set here: a file says what it is laid over"
        raise config_error([problem_at(place, message, (EXTENDS,))], name)
    value, wrong = _read(text, name, argument, key)
    problems += wrong
    return _with_value(root, parts, (), value, place)


def _read(text: str, name: str, argument: str, key: str) -> tuple[Node, list[Problem]]:
    """Return the value and its problems, all with their places in the argument."""
    shift = len(key) + 1
    try:
        document = Document(text, name)
    except ConfigError as error:
        moved = [_shifted_problem(problem, argument, shift, key) for problem in error.problems]
        raise config_error(moved, name) from error
    wrong = [_shifted_problem(problem, argument, shift, key) for problem in document.problems]
    return _moved(document.root, argument, shift), wrong


def _with_value(node: Node, parts: list[str], above: KeyPath, value: Node, argument: Place) -> Node:
    """Return `node` with `value` at the path `parts` below it."""
    if not parts:
        return value
    start = sum(len(str(part)) + 1 for part in above) + 1
    key = replace(argument, column=start, width=len(parts[0]))
    try:
        segment = node.segment(parts[0])
    except MissingPathError as error:
        message = f"`{dotted(above)}` {error}" if above else f"the config {error}"
        raise config_error([problem_at(key, message, above)], argument.file) from error
    child = node.children.get(segment, MappingNode(key, {}, {}))
    if segment not in node.children and parts[1:] and parts[1].isdecimal():
        name = dotted((*above, segment))
        message = f"`{name}` is not in the config, so it has no item {parts[1]}"
        note = "set the whole list, for example KEY='[{...}]'"
        raise config_error([problem_at(key, message, above, note=note)], argument.file)
    inner = _with_value(child, parts[1:], (*above, segment), value, argument)
    return node.with_child(segment, inner, key)


def _moved(node: Node, argument: str, shift: int) -> Node:
    """Return `node` with its places in the argument instead of in the text after the `=`."""
    return node.with_places(lambda place: _in_argument(place, argument, shift))


def _in_argument(place: Place, argument: str, shift: int) -> Place:
    return Place(place.file, 0, place.column + shift, place.width, argument)


def _shifted_problem(problem: Problem, argument: str, shift: int, key: str) -> Problem:
    path = f"{key}.{problem.path}" if problem.path else key
    column = problem.column + shift
    return replace(problem, path=path, line=0, column=column, excerpt=argument)
