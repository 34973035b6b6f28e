"""Formats of text with one event a line."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._recording_file import HEAD, RecordingFile
from neurospike_cli.events.formats._text_layout import Layout, layout_of
from neurospike_cli.events.formats._writable_format import StreamedFormat
from neurospike_cli.events.formats.format import BLOCK, Decoding
from neurospike_cli.events.stream import EventStream

_PIECE = 2**20
_LONGEST_LINE = 2**12
CUT_OFF = "lines_cut_off"


class TextFormat(StreamedFormat):
    """One event a line; polarity is 0 or -1 for OFF, and 1 for ON.

    Attributes:
        separators: what may stand between columns; None = any white space.
        line: how an event is written, from (t, x, y, p).
    """

    separators: ClassVar[tuple[str | None, ...]]
    line: ClassVar[str]

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the first lines are names of columns or an event."""
        return b"\x00" not in head and self._layout(head) is not None

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events."""
        found = self._layout(file.handle.read(HEAD))
        if found is None:
            raise DataError(
                "line 1: is neither an event of four numbers, t x y p, nor names of these columns",
                where=file.where,
                hint="give each line the four numbers, in the order t, x, y, p",
            )
        file.handle.seek(0)
        separator, layout = found
        stepped_over = Counter[str]()
        blocks = _blocks(file, layout, separator, stepped_over)
        return Decoding(blocks, layout.size, stepped_over)

    @abstractmethod
    def first_line(self, stream: EventStream) -> str:
        """Return what stands before the events when a recording is written."""

    def write_pieces_to(self, pieces: Iterable[EventStream], file: IO[bytes]) -> None:
        """Write a recording."""
        for number, piece in enumerate(pieces):
            if number == 0:
                file.write(f"{self.first_line(piece)}\n".encode())
            for start in range(0, len(piece), BLOCK):
                block = piece.events[start : start + BLOCK]
                rows = zip(*(block[name].tolist() for name in ("t", "x", "y", "p")), strict=True)
                file.write("".join(map(self.format_line, rows)).encode())

    def format_line(self, row: tuple[int, ...]) -> str:
        """Return the line of an event."""
        return self.line % row

    def _layout(self, head: bytes) -> tuple[str | None, Layout] | None:
        for separator in self.separators:
            layout = layout_of(_whole_lines(head), separator)
            if layout is not None:
                return separator, layout
        return None


def _whole_lines(head: bytes) -> bytes:
    return head[: head.rfind(b"\n") + 1] if len(head) == HEAD else head


def _blocks(
    file: RecordingFile, layout: Layout, separator: str | None, stepped_over: Counter[str]
) -> Iterator[Columns]:
    line, scale, rest = 0, layout.scale, b""
    kinds = {"t": np.int64 if scale == 1.0 else np.float64}
    dtype = np.dtype([(name, kinds.get(name, np.int64)) for name in layout.columns])
    while piece := file.handle.read(_PIECE):
        whole, end, rest = (rest + piece).rpartition(b"\n")
        lines = whole.decode("latin-1").split("\n") if end else []
        if len(rest) > _LONGEST_LINE:
            message = f"line {line + len(lines) + 1}: is longer than {_LONGEST_LINE} bytes"
            raise DataError(message, where=file.where, hint="one event a line is read")
        yield _columns(lines, line, dtype, layout, separator, file.where)
        line += len(lines)
    last = [rest.decode("latin-1")] if rest.strip() else []
    try:
        yield _columns(last, line, dtype, layout, separator, file.where)
    except DataError:
        if not file.recover:
            raise
        stepped_over[CUT_OFF] += 1


def _columns(
    lines: list[str],
    before: int,
    dtype: np.dtype[Any],
    layout: Layout,
    separator: str | None,
    where: str,
) -> Columns:
    """Return the events of some lines; `before` is how many lines of the file come before."""
    skipped = max(0, layout.skipped - before)
    lines = lines[skipped:]
    rows = _parsed(lines, dtype, separator)
    if rows is None:
        raise _refusal(lines, before + skipped, dtype, separator, where)
    t, p = rows["t"], np.where(rows["p"] == -1, 0, rows["p"])
    if layout.scale != 1.0:
        t = np.rint(t * layout.scale)
        wrong = ~(np.abs(t) < 2.0**63)
        if wrong.any():
            first = int(np.argmax(wrong))
            number = [i for i, line in enumerate(lines) if line.strip()][first]
            message = f"line {before + skipped + number + 1}: t = {rows['t'][first]} is no time"
            raise DataError(message, where=where, hint="times are finite numbers")
    return Columns(t.astype(np.int64), rows["x"], rows["y"], p)


def _parsed(
    lines: list[str], dtype: np.dtype[Any], separator: str | None
) -> NDArray[np.void] | None:
    """Return the rows of some lines, None if one of them is no event."""
    if not any(map(str.strip, lines)):
        return np.empty(0, dtype)
    try:
        rows: NDArray[np.void] = np.loadtxt(
            lines, dtype=dtype, delimiter=separator, comments=None, ndmin=1
        )
    except (ValueError, OverflowError):
        return None
    return rows


def _refusal(
    lines: list[str], before: int, dtype: np.dtype[Any], separator: str | None, where: str
) -> DataError:
    """Return the error about the first line that is no event."""
    wrong = next((i for i, text in enumerate(lines) if _parsed([text], dtype, separator) is None))
    names = {np.dtype(np.int64): "a whole number", np.dtype(np.float64): "a number"}
    columns = dtype.names or ()
    expected = ", ".join(f"{name} ({names[dtype[name]]})" for name in columns)
    return DataError(
        f"line {before + wrong + 1}: is no event: {lines[wrong][:80]!r}; expected {expected}",
        where=where,
        hint="correct the line, or take it out; one that was cut off at the end is left out by "
        "`convert --recover`, `data.recover: true`",
    )
