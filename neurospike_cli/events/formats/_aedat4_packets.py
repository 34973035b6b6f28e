"""Whether the packets of an AEDAT 4 file are as long as they say: its library does not tell where.

| bytes | meaning |
|---|---|
| 0–13 | ``#!AER-DAT4.0`` and the end of the line |
| 14–17 | length of the header, a FlatBuffer: compression, place of the table of packets, XML |
| then | packets: number of the stream and length, 4 bytes each, and the data |
| at the end | the table of packets; place -1, and none, where recording was not ended well |
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._recording_file import MAX_HEADER, RecordingFile

_MAGIC = 14
_UINT16, _INT32, _UINT32, _INT64 = map(struct.Struct, ("<H", "<i", "<I", "<q"))
_TABLE_FIELD = 1
NO_TABLE = -1


@dataclass(frozen=True)
class Packets:
    """Where the packets of a file are.

    Attributes:
        table: bytes before the table of packets, -1 where the file has none.
        table_at: where the header says so; None where it does not.
        end: bytes before the end of the last whole packet.
        rest: bytes after it that belong to a packet that is cut off.
    """

    table: int
    table_at: int | None
    end: int
    rest: int


def packets_of(file: RecordingFile) -> Packets:
    """Return where the packets are, and leave the file at the end.

    Raises:
        DataError: the header is damaged, or the table begins within a packet; the file is cut off
            and `recover` is not set.
    """
    start, table, table_at = _header(file)
    end, missing = _last_whole(file, start, table)
    if table != NO_TABLE and end > table:
        message = f"byte {end}: a packet goes on where the table of packets begins, at byte {table}"
        raise DataError(message, where=file.where, hint="get the file again")
    packets = Packets(table, table_at, end, file.size - end if missing else 0)
    if missing:
        file.end_cut_off(end, f"in a packet that lacks {missing} bytes", packets.rest)
    elif table > file.size:
        file.end_cut_off(end, f"before the table of packets, at byte {table}", 0)
    return packets


def _header(file: RecordingFile) -> tuple[int, int, int | None]:
    """Return where packets begin, where the table is, and where the header says that."""
    file.handle.seek(_MAGIC)
    head = file.handle.read(_UINT32.size)
    length = int.from_bytes(head, "little")
    if len(head) < _UINT32.size or _MAGIC + len(head) + length > file.size:
        raise file.header_cut_off(file.size)
    if length > MAX_HEADER:
        message = f"byte {_MAGIC}: its header is {length} bytes long; {MAX_HEADER} are read"
        raise DataError(message, where=file.where, hint="get the file again")
    start = _MAGIC + len(head)
    data = file.handle.read(length)
    try:
        at = _field(data, _TABLE_FIELD)
        table = NO_TABLE if at is None else _INT64.unpack_from(data, at)[0]
    except struct.error as error:
        message = f"byte {start}: its header is damaged"
        raise DataError(message, where=file.where, hint="get the file again") from error
    if table != NO_TABLE and table < start + length:
        message = f"byte {start}: its header says that the table of packets is at byte {table}"
        raise DataError(message, where=file.where, hint="get the file again")
    return start + length, table, None if at is None else start + at


def _field(data: bytes, number: int) -> int | None:
    """Return where a field of the root of a FlatBuffer is, None where it has its default.

    Raises:
        struct.error: an offset points out of the data.
    """
    root = _UINT32.unpack_from(data)[0]
    entries = root - _INT32.unpack_from(data, root)[0]
    at = 4 + 2 * number
    if entries < 0 or _UINT16.unpack_from(data, entries)[0] < at + _UINT16.size:
        return None
    offset = _UINT16.unpack_from(data, entries + at)[0]
    return root + offset if offset else None


def _last_whole(file: RecordingFile, start: int, table: int) -> tuple[int, int]:
    """Return the end of the last whole packet, and how many bytes of the next are missing."""
    stop = file.size if table == NO_TABLE else min(table, file.size)
    at, head = start, 2 * _UINT32.size
    while at < stop:
        file.handle.seek(at + _UINT32.size)
        length = file.handle.read(_UINT32.size)
        after = at + head + int.from_bytes(length, "little")
        if len(length) < _UINT32.size or after > file.size:
            return at, max(after, at + head) - file.size
        at = after
    return at, 0
