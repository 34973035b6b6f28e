"""Recordings in every format, written by hand: one event after the other, in plain Python.

The words come from the formats' specifications and not from the decoders, so that a test of a
decoder derives what it must return.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from neurospike_cli.events.formats._writable_format import WritableFormat
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream
from neurospike_cli.registry import discover

#: A sensor that every format can hold.
WIDTH, HEIGHT = 34, 34


def evt2(rows, header=b"% evt 2.0\n% geometry 34x34\n% end\n"):
    """Return an EVT2 file with a TIME_HIGH wherever the high part changes."""
    words, high = [], None
    for t, x, y, p in rows:
        if t >> 6 != high:
            high = t >> 6
            words.append(0x8 << 28 | high & 0xFFFFFFF)
        words.append(p << 28 | (t & 0x3F) << 22 | x << 11 | y)
    return header + struct.pack(f"<{len(words)}I", *words)


def evt3(rows, header=b"% evt 3.0\n% geometry 34x34\n% end\n"):
    """Return an EVT3 file of single events, each word only where something changes."""
    words, high, low, row = [], None, None, None
    for t, x, y, p in rows:
        if t >> 12 != high:
            high, low = t >> 12, None
            words.append(0x8000 | high & 0xFFF)
        if t & 0xFFF != low:
            low = t & 0xFFF
            words.append(0x6000 | low)
        if y != row:
            row = y
            words.append(y)
        words.append(0x2000 | p << 11 | x)
    return header + struct.pack(f"<{len(words)}H", *words)


def dat(rows, header=b"% Data file containing CD events.\n% Height 34\n% Width 34\n"):
    """Return a DAT file."""
    events = (struct.pack("<II", t & 0xFFFFFFFF, p << 28 | y << 14 | x) for t, x, y, p in rows)
    return header + bytes([12, 8]) + b"".join(events)


def aedat2(rows, header=b"#!AER-DAT2.0\r\n# AEChip: eu.seebetter.ini.chips.DAVIS128\r\n"):
    """Return an AEDAT 2.0 file of a DAVIS of 128×128 px."""
    events = (
        struct.pack(">II", (127 - y) << 22 | (127 - x) << 12 | p << 11, t & 0xFFFFFFFF)
        for t, x, y, p in rows
    )
    return header + b"".join(events)


def aedat31(
    rows, header=b"#!AER-DAT3.1\r\n#Source 1: Test\r\n#!END-HEADER\r\n", valid=1, frame=False
):
    """Return an AEDAT 3.1 file with two events in a packet, and a frame after the first."""
    data = b"#!AER-DAT3.1\r\n#Source 1: Test\r\n#!END-HEADER\r\n"
    packets: list[list[tuple[int, ...]]] = []
    for row in rows:
        if packets and len(packets[-1]) < 2 and packets[-1][0][0] >> 31 == row[0] >> 31:
            packets[-1].append(row)
        else:  # the overflow stands in the header of the packet
            packets.append([row])
    for number, part in enumerate(packets):
        data += struct.pack("<hhiiiiii", 1, 1, 8, 4, part[0][0] >> 31, 9, len(part), len(part))
        for t, x, y, p in part:
            data += struct.pack("<Ii", x << 17 | y << 2 | p << 1 | valid, t & 0x7FFFFFFF)
        if frame and number == 0:
            data += struct.pack("<hhiiiiii", 2, 1, 16, 4, 0, 1, 1, 1) + bytes(16)
    return data


def event_stream(rows, header=b"Event Stream\2\0\0\1\x22\0\x22\0"):
    """Return an Event Stream file, which counts y from below and has a byte 255 every 127 µs."""
    data, now = header, 0
    for t, x, y, p in rows:
        quiet, rest = divmod(t - now, 127)
        now = t
        data += b"\xff" * quiet + struct.pack("<BHH", rest << 1 | p, x, 33 - y)
    return data


MADE = {
    "evt2": evt2, "evt3": evt3, "dat": dat, "aedat2": aedat2, "aedat31": aedat31,
    "event_stream": event_stream,
}  # fmt: skip
#: Read by libraries in a process of their own, so that few examples do.
SLOW = ("aedat4", "hdf5")
#: Formats whose times only go forward, whatever is written.
ASCENDING = ("event_stream",)


def stream_of(rows):
    """Return rows of (t, x, y, p) as a recording."""
    return EventStream(WIDTH, HEIGHT, np.array(rows, EVENT_DTYPE))


def made(name, rows, folder):
    """Write a recording in the format `name` and return its path, whose name tells nothing."""
    path = Path(folder) / "recording"
    if name in MADE:
        path.write_bytes(MADE[name](rows))
    else:
        discover(WritableFormat)[name]().write(stream_of(rows), path)
    return path
