"""One array of events in NumPy's ``.npy`` format; its layouts are in `_npy_columns.py`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import IO, ClassVar, Literal

import numpy as np

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._npy_columns import MAGIC, blocks_of, read_header
from neurospike_cli.events.formats._recording_file import CUT_OFF, RecordingFile
from neurospike_cli.events.formats._writable_format import WritableFormat
from neurospike_cli.events.formats.format import Decoding
from neurospike_cli.events.stream import EventStream


class NPY(WritableFormat):
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

    def write_to(self, stream: EventStream, file: IO[bytes]) -> None:
        """Write a recording as one structured array."""
        np.save(file, stream.events, allow_pickle=False)
