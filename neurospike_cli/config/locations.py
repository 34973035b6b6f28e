"""From where pydantic says an error is to the keys as the user wrote them.

Pydantic's locations hold, besides keys and indices, the name of the component that a family's
union chose and the label of the branch of a plain union; both are known from the types on the way.
"""

from __future__ import annotations

import inspect
import types
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from neurospike_cli.config.place import KeyPath
from neurospike_cli.registry import Component, OneOf, Parameters, discover


@dataclass(frozen=True)
class Location:
    """Where an error is.

    Attributes:
        path: the keys and indices that lead there in the file.
        owner: the parameters that the last key belongs to, if any are known.
        family: the family that the value is to be a component of, if any.
    """

    path: KeyPath
    owner: type[Parameters] | None = None
    family: type[Component] | None = None


def locate(model: type[Parameters], loc: KeyPath) -> Location:
    """Return where in a file for `model` the pydantic location `loc` is."""
    return _walk(model, loc, (), None)


def fields_of(parameters: type[Parameters]) -> tuple[str, ...]:
    """Return the keys that are valid in a mapping of `parameters`."""
    return tuple(parameters.model_fields)


def _walk(kind: Any, loc: KeyPath, path: KeyPath, owner: type[Parameters] | None) -> Location:
    """Follow `loc` through the type `kind`; `path` is what was followed so far."""
    kind, family = _unwrapped(kind)
    if not loc:
        return Location(path, owner, family)
    head, rest = loc[0], loc[1:]
    if family is not None:
        chosen = discover(family).get(str(head))
        return Location(path, owner, family) if chosen is None else _walk(chosen, rest, path, owner)
    if inspect.isclass(kind) and issubclass(kind, Parameters):
        hint = _hints(kind).get(str(head), object)
        return _walk(hint, rest, (*path, head), kind)
    if get_origin(kind) in (tuple, list, dict):
        items = [item for item in get_args(kind) if item is not Ellipsis]
        return _walk(items[-1], rest, (*path, head), None)
    if get_origin(kind) in (Union, types.UnionType):
        return Location(path, owner)  # what follows is the branch's label
    return Location((*path, head), owner)


def _unwrapped(kind: Any) -> tuple[Any, type[Component] | None]:
    """Return `kind` without `Annotated` and `None`, and the family it stands for, if any."""
    family = None
    while True:
        arguments = get_args(kind)
        if get_origin(kind) is Annotated:
            if any(isinstance(mark, OneOf) for mark in arguments[1:]):
                family = arguments[0]
            kind = arguments[0]
        elif get_origin(kind) in (Union, types.UnionType) and type(None) in arguments:
            others = [choice for choice in arguments if choice is not type(None)]
            kind = others[0] if len(others) == 1 else Union[tuple(others)]  # noqa: UP007
        else:
            return kind, family


@cache
def _hints(model: type[Parameters]) -> dict[str, Any]:
    return get_type_hints(model, include_extras=True)
