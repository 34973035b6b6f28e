"""From pydantic's errors to problems that point into the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from neurospike_cli.config.extends import KEY as EXTENDS
from neurospike_cli.config.locations import Location, fields_of, locate
from neurospike_cli.config.place import KeyPath
from neurospike_cli.config.report import problem_at
from neurospike_cli.config.tree import MappingNode, Node
from neurospike_cli.config.wording import did_you_mean, got, offered, one_of, phrase
from neurospike_cli.errors import Problem
from neurospike_cli.registry import Component, Parameters, discover


def problems_of(error: ValidationError, model: type[Parameters], root: Node) -> list[Problem]:
    """Return the problems of `root`, which was validated as `model`, one per place."""
    found: dict[tuple[str, bool], Problem] = {}
    for detail in error.errors(include_url=False):
        where = locate(model, detail["loc"])
        if _counts_only_valid_entries(root, where, detail):
            continue
        make = _MAKERS.get(detail["type"], _bad_value)
        problem = make(root, where, detail)
        key = (problem.path, detail["type"] in ("missing", "extra_forbidden"))
        found[key] = _either(found[key], problem) if key in found else problem
    return list(found.values())


def _counts_only_valid_entries(root: Node, where: Location, detail: Mapping[str, Any]) -> bool:
    """Whether a list is called too short only because entries in it have errors of their own."""
    least = detail.get("ctx", {}).get("min_length", 0)
    entries = root.reach(where.path)[1].children
    return detail["type"] == "too_short" and len(entries) >= int(least)


def _either(first: Problem, second: Problem) -> Problem:
    """Return one problem for two branches of a union, which the value fits neither of."""
    head, separator, tail = first.message.partition("; got ")
    alternative = second.message.partition("; got ")[0]
    if alternative == head:
        return first
    return replace(first, message=f"{head}, or {alternative}{separator}{tail}")


def _unknown_key(root: Node, where: Location, detail: Mapping[str, Any]) -> Problem:
    key = str(where.path[-1])
    names = fields_of(where.owner) if where.owner is not None else ()
    names += (EXTENDS,) if len(where.path) == 1 else ()
    return problem_at(
        root.key_at(where.path),
        f"unknown key `{key}`",
        where.path,
        suggestion=_of_another(key, where.owner) or did_you_mean(key, names),
        note=f"valid keys here: {', '.join(names)}",
    )


def _of_another(key: str, owner: type[Parameters] | None) -> str:
    """Return which components of the owner's family have `key`, or nothing."""
    bases = () if owner is None else owner.__mro__[1:]
    families = [base for base in bases if issubclass(base, Component) and base is not Component]
    if not families:
        return ""
    names = [name for name, kind in discover(families[-1]).items() if key in kind.model_fields]
    return f"a key of {{{families[-1].discriminator}: {' or '.join(names)}}}" if names else ""


def _missing_key(root: Node, where: Location, detail: Mapping[str, Any]) -> Problem:
    place = root.key_at(where.path[:-1])
    message = f"missing key `{where.path[-1]}`"
    return problem_at(place, message, where.path, note=_description(where))


def _no_component(root: Node, where: Location, detail: Mapping[str, Any]) -> Problem:
    """Return the problem of a mapping that names no component of its family, or a wrong one."""
    assert where.family is not None, "only a family's union asks for a tag"
    key, names = where.family.discriminator, tuple(discover(where.family))
    reached, node = root.reach(where.path)
    if not isinstance(node, MappingNode):
        return _not_a_component(root, where.path, node, where.family)
    path = (*where.path, key)
    if key not in node.entries:
        return _no_discriminator(root, reached, node, where.family)
    value = node.entries[key]
    return problem_at(
        root.value_at(path),
        f"expected {one_of(names)}; got {got(value)}",
        path,
        suggestion=did_you_mean(str(value.plain()), names),
        note=_elsewhere(str(value.plain()), where.family),
    )


def _elsewhere(name: str, family: type[Component]) -> str:
    """Return what `name` is, where it is of a wider family than fits here."""
    wider = [base for base in family.__mro__[1:] if Component in base.__mro__[1:]]
    found = [discover(base)[name] for base in wider if name in discover(base)]
    return "".join(f"`{name}` does not fit here: {kind.__doc__}" for kind in found[:1])


def _no_discriminator(
    root: Node, path: KeyPath, node: MappingNode, family: type[Component]
) -> Problem:
    key = family.discriminator
    misspelt = [name for name in node.entries if did_you_mean(name, [key])]
    return problem_at(
        root.key_at((*path, *misspelt[:1])),
        f"missing key `{key}`",
        (*path, key),
        suggestion=f"did you mean `{key}`?" if misspelt else "",
        note=f"`{key}` is {one_of(discover(family))}",
    )


def _not_a_component(root: Node, path: KeyPath, node: Node, family: type[Component]) -> Problem:
    names, value = tuple(discover(family)), node.plain()
    known = str(value) if str(value) in names else family.default_name or names[0]
    return problem_at(
        root.value_at(path),
        f"must be a mapping with the key `{family.discriminator}`; got {got(node)}",
        path,
        suggestion=f"for example {{{family.discriminator}: {known}}}",
        note=f"`{family.discriminator}` is {one_of(names)}",
    )


def _bad_value(root: Node, where: Location, detail: Mapping[str, Any]) -> Problem:
    expectation = phrase(detail)
    reached, node = root.reach(where.path)
    if isinstance(node, MappingNode) and detail["type"] == "value_error":
        return _bad_combination(root, where, node, expectation)
    # A scalar that is reached on the way stands for a mapping of one key.
    path = reached if node.underlined else where.path
    given = reached == path
    value = f"; got {got(node)}" if given and "; got " not in expectation else ""
    suggestion = did_you_mean(str(node.plain()), offered(expectation)) if given else ""
    return problem_at(
        root.value_at(path),
        expectation + value,
        path,
        suggestion=suggestion,
        note=_description(where),
    )


def _bad_combination(root: Node, where: Location, node: MappingNode, message: str) -> Problem:
    """Return the problem of several keys together, pointing at the first named that is there."""
    named = [word for word in re.findall(r"\w+", message) if word in node.entries]
    path = (*where.path, named[0]) if named else where.path
    return problem_at(root.value_at(path), message, path)


def _description(where: Location) -> str:
    """Return what the key means, with its unit."""
    if where.owner is None or not where.path:
        return ""
    field = where.owner.model_fields.get(str(where.path[-1]))
    text = None if field is None else field.description
    return "" if text is None else f"{where.path[-1]}: {' '.join(text.split())}"


_MAKERS = {
    "extra_forbidden": _unknown_key,
    "missing": _missing_key,
    "union_tag_invalid": _no_component,
    "union_tag_not_found": _no_component,
}
