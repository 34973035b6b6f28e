"""Event Stream 2 (``.es``), a compact format of DVS events: mostly 5 bytes an event.

| bytes | meaning |
|---|---|
| 0–11 | ``Event Stream`` |
| 12–14 | version; 2 is read |
| 15 | type of the events; 1 = DVS, the only one that is read |
| 16–19 | width and height of the sensor, little-endian |
| then 0xFF | 127 µs without an event |
| or 0xFE | nothing, for decoders that have lost the beginning of an event; counted as ``resets`` |
| or 5 bytes | an event: µs since what was before · 2 + polarity, x and y, little-endian |

The file counts y from below; here it is from the top. Where an event begins is known from the one
before it only, so that a file is read byte by byte. Recordings are written by `faery`.
Source: https://github.com/neuromorphic-paris/event_stream and, for version 2.0 with 16-bit
coordinates, the decoder of `faery` 0.7, which makes the same of its sample of 473,225 events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._faery_format import FaeryFormat
from neurospike_cli.events.formats._recording_file import CUT_OFF, RecordingFile
from neurospike_cli.events.formats.format import Decoding

PIECE = 2**18
_HEADER = 20
_VERSION_AT, _KIND_AT, _SIZE_AT = 12, 15, 16
_KINDS = {0: "generic", 1: "DVS", 2: "ATIS", 3: "display", 4: "color", 5: "liquid"}
_VERSION, _DVS = 2, 1
_WORD = np.dtype([("first", "u1"), ("x", "<u2"), ("y", "<u2")])
_RESET, _EVENT, _OVERFLOW = 0xFE, _WORD.itemsize, 127
RESETS = "resets"


class EventStreamFile(FaeryFormat):
    """Event Stream files."""

    magic: ClassVar[bytes] = b"Event Stream"
    kind: ClassVar[str] = "es"
    suffixes: ClassVar[tuple[str, ...]] = (".es",)
    format: Literal["event_stream"] = "event_stream"

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events."""
        head = file.handle.read(_HEADER)
        if len(head) < _HEADER:
            raise file.header_cut_off(len(head))
        _check(head, file.where)
        width, height = np.frombuffer(head, "<u2", offset=_SIZE_AT).tolist()
        stepped_over = Counter[str]()
        return Decoding(_blocks(file, height, stepped_over), (width, height), stepped_over)


def _check(head: bytes, where: str) -> None:
    version, kind = head[_VERSION_AT:_KIND_AT], head[_KIND_AT]
    if not head.startswith(EventStreamFile.magic) or version[0] != _VERSION:
        name = ".".join(map(str, version))
        message = f"byte {_VERSION_AT}: is of version {name}; version {_VERSION} is read"
        raise DataError(message, where=where, hint="convert it with the maker's tools")
    if kind != _DVS:
        name = _KINDS.get(kind, "no known")
        message = f"byte {_KIND_AT}: holds events of type {kind}, {name}; type {_DVS}, DVS, is read"
        raise DataError(message, where=where, hint="export its polarity events")


def _blocks(file: RecordingFile, height: int, stepped_over: Counter[str]) -> Iterator[Columns]:
    now, rest = 0, b""
    while piece := file.handle.read(PIECE):
        data = rest + piece
        values = np.frombuffer(data, np.uint8)
        begins, singles = _places(values)
        counts = (np.append(singles, len(values)) - begins) // _EVENT
        end = int(begins[-1] + _EVENT * counts[-1])
        resets = values[singles] == _RESET
        if resets.any():
            stepped_over[RESETS] += int(resets.sum())
        # As whole events beside each other: half the time of picking each byte by its index.
        words = np.delete(values[:end], singles).view(_WORD)
        # What is no event and no reset is an overflow, behind the last event too.
        quiet = _OVERFLOW * np.cumsum(np.append(0, ~resets))
        first = np.ascontiguousarray(words["first"])
        passed = now + np.cumsum(first >> 1, dtype=np.int64)
        now = int(passed[-1] if len(passed) else now) + int(quiet[-1])
        y = height - 1 - words["y"].astype(np.int32)
        yield Columns(passed + np.repeat(quiet, counts), words["x"].copy(), y, first & 1)
        rest = data[end:]
    if rest:
        file.end_cut_off(file.size - len(rest), "within an event", len(rest))
        stepped_over[CUT_OFF] += len(rest)


def _places(values: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where runs of whole events begin, and the single byte after each but the last.

    Only bytes from 0xFE on can change the pace of 5 bytes, and do so if an event would begin there.
    """
    begins, singles, at = [0], [], 0
    for place in np.flatnonzero(values >= _RESET).tolist():
        if place >= at and (place - at) % _EVENT == 0:
            singles.append(place)
            at = place + 1
            begins.append(at)
    return np.array(begins), np.array(singles, np.int64)
