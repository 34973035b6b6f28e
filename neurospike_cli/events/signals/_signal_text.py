"""The lines of a text of signals, in pieces, plain or compressed by gzip.

Text is UTF-8, with or without a byte order mark; a line ends with LF or CR LF.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._recording_file import HEAD, opened

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_PIECE = 2**20
_LONGEST_LINE = 2**26


@dataclass(frozen=True)
class Line:
    """One line of a file: its number, from 1, and its text."""

    number: int
    text: str


def head_of(path: Path) -> str:
    """Return the first whole lines of a text, or as much of the first one as `HEAD` bytes hold.

    What is no text is returned with signs of replacement in it.
    """
    with _bytes_of(path) as handle:
        head = handle.read(HEAD)
    if len(head) == HEAD and b"\n" in head:
        head = head[: head.rfind(b"\n") + 1]
    return head.removeprefix(_BOM).decode("utf-8", errors="replace")


def line_blocks(path: Path) -> Iterator[list[Line]]:
    """Yield the lines of a text that are not blank, many at a time.

    Raises:
        DataError: the file cannot be read, or is no text in UTF-8.
    """
    with _bytes_of(path) as handle:
        number, rest = 1, b""
        begin = handle.read(_PIECE).removeprefix(_BOM)
        while begin:
            whole, end, rest = (rest + begin).rpartition(b"\n")
            if len(rest) > _LONGEST_LINE:
                message = f"a line is longer than {_LONGEST_LINE:,} bytes"
                raise DataError(message, where=f"{path}:{number}", hint="end lines with LF")
            if end:
                yield _lines(whole, number, path)
                number += whole.count(b"\n") + 1
            begin = handle.read(_PIECE)
        yield _lines(rest, number, path)


def _lines(data: bytes, first: int, path: Path) -> list[Line]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = first + data.count(b"\n", 0, error.start)
        raise DataError(
            f"is no text in UTF-8: byte 0x{data[error.start]:02x}",
            where=f"{path}:{line}",
            hint="save the file as UTF-8, e.g. iconv -f LATIN1 -t UTF-8 FILE > NEW",
        ) from error
    lines = enumerate(text.split("\n"), first)
    return [Line(number, line) for number, line in lines if line.strip()]


@contextmanager
def _bytes_of(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, decompressed if its content is compressed."""
    with opened(path) as file:
        is_compressed = file.handle.read(len(_GZIP)) == _GZIP
        file.handle.seek(0)
        if not is_compressed:
            yield file.handle
            return
        try:
            with gzip.GzipFile(fileobj=file.handle) as unpacked:
                yield cast(IO[bytes], unpacked)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            message = f"is damaged or cut off, as gzip: {error}"
            raise DataError(message, where=str(path), hint="get the file again") from error
