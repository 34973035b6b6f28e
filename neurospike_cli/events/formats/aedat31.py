"""AEDAT 3.1 of cAER: a text header up to ``#!END-HEADER``, then packets, little-endian.

| bytes of a packet | meaning |
|---|---|
| 0–1 | type of its events; 1 = polarity, the only one that is read |
| 2–3 | number of the source |
| 4–7 | bytes of an event: 8 |
| 8–11 | where in an event its time is |
| 12–15 | how often the time has wrapped: added as ·2^31 µs |
| 16–19 | events that there is room for |
| 20–23 | events |
| 24–27 | valid events |

| bits of an event | meaning |
|---|---|
| 0 | valid |
| 1 | polarity, 1 = ON |
| 2–16 | y |
| 17–31 | x |
| 32–63 | time in µs |

Events of other types are counted as ``other_events``. Events without the bit 0 are counted as
``invalid_events``, unless the packet says that all of its events are valid: some writers do not set
the bit.

Source: https://docs.inivation.com/software/software-advanced-usage/file-formats/aedat-3.1.html
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._recording_file import CUT_OFF, RecordingFile
from neurospike_cli.events.formats.format import Decoding, Format

_MAGIC = b"#!AER-DAT3.1"
_END = (b"#!END-HEADER",)
_PACKET = struct.Struct("<hhiiiiii")
_POLARITY = 1
_WORD = np.dtype([("data", "<u4"), ("t", "<i4")])
#: Sizes of a packet's events, and of a packet, that are believed; cAER's are at most some MB.
_LARGEST_EVENT, _LARGEST_PACKET = 2**24, 2**28
_SIZES = {
    "DVS128": (128, 128),
    "DAVIS240": (240, 180),
    "DAVIS346": (346, 260),
    "DAVIS640": (640, 480),
}


class _Packet(NamedTuple):
    kind: int
    source: int
    event_bytes: int
    time_offset: int
    overflows: int
    capacity: int
    events: int
    valid: int


class AEDAT31(Format):
    """AEDAT 3.1, as DVS-Gesture has it."""

    format: Literal["aedat31"] = "aedat31"

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the first line names version 3.1."""
        return head.startswith(_MAGIC)

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events."""
        lines = file.header(b"#", _END)
        if not lines or lines[-1].encode() not in _END:
            start = file.handle.tell()
            message = f"byte {start}: the header must end with {_END[0].decode()}"
            raise DataError(message, where=file.where, hint="get the file again")
        source = re.search(r"(?m)^#Source \d+: (DVS128|DAVIS\d{3})", "\n".join(lines))
        stepped_over = Counter[str]()
        size = _SIZES.get(source[1]) if source else None
        return Decoding(_blocks(file, stepped_over), size, stepped_over)


def _blocks(file: RecordingFile, stepped_over: Counter[str]) -> Iterator[Columns]:
    while head := file.handle.read(_PACKET.size):
        start = file.handle.tell() - len(head)
        if len(head) < _PACKET.size:
            file.end_cut_off(start, "within the header of a packet", len(head))
            stepped_over[CUT_OFF] += len(head)
            return
        packet = _Packet(*_PACKET.unpack(head))
        _check(packet, start, file.where)
        size = packet.events * packet.event_bytes
        data = file.handle.read(size)
        if len(data) < size:
            file.end_cut_off(start + _PACKET.size, f"in a packet of {size} bytes", len(data))
            stepped_over[CUT_OFF] += len(data) % packet.event_bytes
            packet = packet._replace(events=len(data) // packet.event_bytes)
        if packet.kind == _POLARITY:
            yield _events(packet, data, stepped_over)
        elif packet.events:
            stepped_over["other_events"] += packet.events


def _check(packet: _Packet, start: int, where: str) -> None:
    believable = (
        0 < packet.event_bytes <= _LARGEST_EVENT
        and 0 <= packet.valid <= packet.events
        and packet.events * packet.event_bytes <= _LARGEST_PACKET
        and packet.overflows >= 0
    )
    if not believable:
        message = f"byte {start}: the header of a packet cannot be: {packet._asdict()}"
        raise DataError(message, where=where, hint="get the file again")
    if packet.kind == _POLARITY and packet.event_bytes != _WORD.itemsize:
        message = f"byte {start}: polarity events have {_WORD.itemsize} bytes"
        raise DataError(f"{message}; got {packet.event_bytes}", where=where)


def _events(packet: _Packet, data: bytes, stepped_over: Counter[str]) -> Columns:
    words = np.frombuffer(data, _WORD, packet.events)
    bits = np.ascontiguousarray(words["data"])
    if packet.valid < packet.events:
        valid = bits & 1 == 1
        stepped_over["invalid_events"] += int((~valid).sum())
        words, bits = words[valid], bits[valid]
    t = words["t"].astype(np.int64) + (packet.overflows << 31)
    return Columns(t, bits >> 17, bits >> 2 & 0x7FFF, bits >> 1 & 1)
