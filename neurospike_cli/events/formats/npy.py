"""One array of events in NumPy's ``.npy`` format; its layouts are in `_npy_columns.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import IO, ClassVar, Literal

from numpy.lib import format as npy_format

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._npy_columns import MAGIC, blocks_of, read_header
from neurospike_cli.events.formats._recording_file import CUT_OFF, RecordingFile
from neurospike_cli.events.formats._writable_format import StreamedFormat
from neurospike_cli.events.formats.format import Decoding
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream


class NPY(StreamedFormat):
    """NumPy's format of one array."""

    suffixes: ClassVar[tuple[str, ...]] = (".npy",)
    format: Literal["npy"] = "npy"

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the file begins as an array does."""
        return head.startswith(MAGIC)

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events; the file does not tell the sensor."""
        header = read_header(file.handle, "the array", file.where)
        if header.is_column:
            message = "the array is one column of numbers; events are t, x, y, p"
            raise DataError(message, where=file.where, hint="save the four columns together")
        there = file.size - header.start
        stepped_over = Counter[str]()
        if there < header.size:
            whole, rest = divmod(there, header.row_bytes)
            file.end_cut_off(file.size, f"after {whole} of {header.shape[0]} events", rest)
            stepped_over[CUT_OFF] += rest
            header = replace(header, shape=(whole, *header.shape[1:]))
        elif there > header.size:
            message = f"goes on after byte {header.start + header.size}, where its array ends"
            raise DataError(message, where=file.where, hint="get the file again")
        return Decoding(blocks_of({"events": (file.handle, header)}), None, stepped_over)

    def write_pieces_to(self, pieces: Iterable[EventStream], file: IO[bytes]) -> None:
        """Write a recording as one structured array."""
        start, count = file.tell(), 0
        _write_header(file, count)
        for piece in pieces:
            file.write(piece.events.tobytes())
            count += len(piece)
        file.seek(start)
        _write_header(file, count)  # NumPy leaves room for the digits of any number
        file.seek(0, 2)


def _write_header(file: IO[bytes], count: int) -> None:
    description = npy_format.dtype_to_descr(EVENT_DTYPE)
    document = {"descr": description, "fortran_order": False, "shape": (count,)}
    npy_format.write_array_header_1_0(file, document)
