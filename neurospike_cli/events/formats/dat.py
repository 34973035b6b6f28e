"""Prophesee's DAT files of events: a header, two bytes, and 8 bytes an event, little-endian.

| bytes | meaning |
|---|---|
| 0 | type of the events: 0 or 12 (CD events) |
| 1 | size of an event: 8 |

| bits of an event | meaning |
|---|---|
| 0–31 | time in µs; wraps after 71 minutes, and is read on |
| 32–45 | x |
| 46–59 | y |
| 60 | polarity, 1 = ON |

Source: https://docs.prophesee.ai/stable/data/file_formats/dat.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._prophesee_header import MARK, read_header, size_in
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats.format import BLOCK, Decoding, Format, unwrapped

_WORD = np.dtype([("t", "<u4"), ("pixel", "<u4")])
_TYPES = (0, 12)
_FIRST_LINE = b"% Data file containing "


class DAT(Format):
    """Prophesee's DAT files."""

    format: Literal["dat"] = "dat"

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the header is that of a data file."""
        return head.startswith(MARK) and _FIRST_LINE in head

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events."""
        lines = read_header(file)
        start = file.handle.tell()
        kind = file.handle.read(2)
        if len(kind) < 2:
            raise file.header_cut_off(file.size)
        if kind[0] not in _TYPES or kind[1] != _WORD.itemsize:
            raise DataError(
                f"byte {start}: holds events of type {kind[0]}, {kind[1]} bytes each; type 0 or 12 "
                f"of {_WORD.itemsize} bytes is read",
                where=file.where,
                hint="convert it with the maker's tools",
            )
        stepped_over = Counter[str]()
        return Decoding(_blocks(file, stepped_over), size_in(lines), stepped_over)


def _blocks(file: RecordingFile, stepped_over: Counter[str]) -> Iterator[Columns]:
    before = None
    for words in file.words(_WORD, BLOCK, stepped_over):
        t, before = unwrapped(words["t"], 32, before)
        pixel = np.ascontiguousarray(words["pixel"])
        yield Columns(t, pixel & 0x3FFF, pixel >> 14 & 0x3FFF, pixel >> 28 & 1)
