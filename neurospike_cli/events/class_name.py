"""Names of classes: they go to terminals, tables and figures, where control characters do harm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator

from neurospike_cli.errors import DataError

MOST_CHARACTERS = 64


def _printable(name: str) -> str:
    if not (0 < len(name) <= MOST_CHARACTERS and name.isprintable()):
        allowed = f"1 to {MOST_CHARACTERS} printable characters"
        raise ValueError(f"a class name must be {allowed}; got {name!r}")
    return name


#: A name of a class as configs give it.
ClassName = Annotated[str, AfterValidator(_printable)]


def require_class_names(names: Iterable[str], where: str) -> None:
    """Check names of classes that come from files and folders.

    Raises:
        DataError: one is empty, too long or not printable.
    """
    for name in names:
        try:
            _printable(name)
        except ValueError as error:
            raise DataError(str(error), where=where, hint="name it otherwise") from error
