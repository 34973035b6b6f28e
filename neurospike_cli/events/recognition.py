"""Which format a file of events is of, found out by its content."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.formats._recording_file import HEAD, opened
from neurospike_cli.events.formats._writable_format import WritableFormat
from neurospike_cli.events.formats.format import Format
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import discover


def recognise(path: Path, **policies: Any) -> Format:
    """Return the format of a file; its name plays no part.

    Args:
        path: the file.
        policies: parameters of the format, such as ``unordered``.

    Raises:
        DataError: there is no such file, or it is of no format that is known.
    """
    head = _head(path)
    name = _name(head, path)
    if name is None:
        raise DataError(
            f"is of no event format that is known; it begins with {head[:16]!r}",
            where=str(path),
            hint=f"known formats: {', '.join(discover(Format))}",
        )
    return format_named(name, **policies)


def is_recording(path: Path) -> bool:
    """Say whether a file is of a format of events.

    Raises:
        DataError: there is no such file, or it is empty.
    """
    return _name(_head(path), path) is not None


def _head(path: Path) -> bytes:
    with opened(path) as file:
        return file.handle.read(HEAD)


def _name(head: bytes, path: Path) -> str | None:
    found = (name for name, format_ in discover(Format).items() if format_().sniff(head, path))
    return next(found, None)


def format_named(name: str, **policies: Any) -> Format:
    """Return a format by its name.

    Raises:
        UsageError: there is none of that name, or a policy is not known.
    """
    family = discover(Format)
    if name not in family:
        raise UsageError(f"unknown format `{name}`; expected one of {', '.join(family)}")
    try:
        named: Format = family[name](**policies)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UsageError(f"{place}: {first['msg']}; got {first['input']!r}") from error
    return named


def writers() -> Mapping[str, type[WritableFormat]]:
    """Return the formats that recordings can be written in, by name."""
    return discover(WritableFormat)


def open_recording(path: Path, **policies: Any) -> EventStream:
    """Return a whole recording of any known format.

    Args:
        path: the file.
        policies: parameters of the format, such as ``unordered``.

    Raises:
        DataError: there is no such file, its format is not known, or it is damaged.
    """
    return recognise(path, **policies).read(path)
