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
from neurospike_cli.events.idx_file import declared_shape
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import discover

#: How files begin that are often taken for recordings, what they are, and what to do.
_OTHERS = (
    (b"\x1f\x8b", "is compressed with gzip", "unpack it first: gzip -d"),
    (b"BZh", "is compressed with bzip2", "unpack it first: bzip2 -d"),
    (b"\xfd7zXZ", "is compressed with xz", "unpack it first: xz -d"),
    (b"\x28\xb5\x2f\xfd", "is compressed with Zstandard", "unpack it first: zstd -d"),
    (b"#ROSBAG", "is a bag of ROS", "export its events as text, one `t x y p` a line"),
    (b"MATLAB 5.0", "is a file of MATLAB", "export its events as text, one `t x y p` a line"),
    (b"\x80\x04", "is a pickle, which could run any code", "save its events with numpy.savez"),
)


def recognise(path: Path, **policies: Any) -> Format:
    """Return the format of a file; its name plays no part.

    Args:
        path: the file.
        policies: parameters of the format, such as ``unordered``.

    Raises:
        DataError: there is no such file, or it is of no format that is known.
    """
    head, size = _head(path)
    _refuse_others(head, size, path)
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
    return _name(_head(path)[0], path) is not None


def _head(path: Path) -> tuple[bytes, int]:
    with opened(path) as file:
        return file.handle.read(HEAD), file.size


def _refuse_others(head: bytes, size: int, path: Path) -> None:
    """Raise a DataError for files that hold something else, and say what."""
    if (shape := declared_shape(head, size)) is not None:
        message = f"is an IDX file, {' × '.join(map(str, shape))} elements, and holds no events"
        hint = "images and their labels are read with `source: images`"
        raise DataError(message, where=str(path), hint=hint)
    for magic, what, hint in _OTHERS:
        if head.startswith(magic):
            raise DataError(f"{what}: not read", where=str(path), hint=hint)


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
