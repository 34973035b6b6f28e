"""What a component is and how the families are found: by scanning their folders.

A family is a package with one abstract base class; each module in it that defines a concrete
subclass is a component, and the module's name is the component's name in YAML.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import core_schema

C = TypeVar("C", bound="Component")


class Parameters(BaseModel):
    """Frozen parameters: unknown keys, inexact types, NaN and infinities are refused."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        validate_default=True,
        use_attribute_docstrings=True,
    )


class Component(Parameters):
    """Base of every family.

    Attributes:
        discriminator: the YAML key that names the component, e.g. ``model``.
        default_name: the component meant where that key is absent; None where it must be given.
    """

    discriminator: ClassVar[str]
    default_name: ClassVar[str | None] = None

    @property
    def component_name(self) -> str:
        """The component's name in YAML."""
        return type(self).__module__.rpartition(".")[2]


def module_names(package: str) -> tuple[str, ...]:
    """Return the public module names in `package`, sorted, importing none of them."""
    paths = import_module(package).__path__
    names = (m.name for m in pkgutil.iter_modules(paths) if not m.ispkg)
    return tuple(sorted(n for n in names if not n.startswith("_")))


@cache
def discover(base: type[C]) -> Mapping[str, type[C]]:
    """Return the components of `base`'s family by name: the concrete classes beside it."""
    package = base.__module__.rpartition(".")[0]
    found: dict[str, type[C]] = {}
    for name in module_names(package):
        module = import_module(f"{package}.{name}")
        for member in vars(module).values():
            if _is_component(member, base) and member.__module__ == module.__name__:
                assert name not in found, f"{module.__name__} defines two components"
                found[name] = member
    return found


def _is_component(member: object, base: type[Component]) -> bool:
    return inspect.isclass(member) and issubclass(member, base) and not inspect.isabstract(member)


class OneOf:
    """Marks a field as "any component of this family": ``Annotated[NeuronModel, OneOf()]``.

    The schema is a tagged union over what `discover` finds, so that an error speaks only of the
    component that was named.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        family: type[Component] = source
        choices = {name: handler.generate_schema(c) for name, c in discover(family).items()}
        return core_schema.tagged_union_schema(
            choices=choices, discriminator=lambda value: _tag(value, family)
        )


def _tag(value: object, family: type[Component]) -> object:
    if isinstance(value, Mapping):
        return value.get(family.discriminator, family.default_name)
    return getattr(value, family.discriminator, None)
