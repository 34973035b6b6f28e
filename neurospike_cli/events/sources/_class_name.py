"""Names of classes, as configs give them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator


def _printable(name: str) -> str:
    # Class names go to terminals, tables and figures, where control characters do harm.
    if not (0 < len(name) <= 64 and name.isprintable()):
        raise ValueError(f"a class name must be 1 to 64 printable characters; got {name!r}")
    return name


ClassName = Annotated[str, AfterValidator(_printable)]
