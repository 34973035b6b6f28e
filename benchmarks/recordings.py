"""Large recordings in every format, for `benchmarks.decoders`: written piece by piece, in NumPy.

Events come in groups as edges make them: of one time, one row and neighbouring columns. Six of ten
groups are a single event, two have 2 to 4, two have 12 to 36, which EVT3 packs into vectors. Ten
million events make a second. A piece says its time anew, as cameras do now and then.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.formats._writable_format import WritableFormat
from neurospike_cli.events.formats.nmnist import NMNIST
from neurospike_cli.events.stream import EVENT_DTYPE, Events, EventStream
from neurospike_cli.registry import discover

SIDE = 128
#: Groups of a piece, and µs between two groups: with 6 events a group that is 10 MHz.
_GROUPS, _PERIOD = 2**17, 0.6
_VECTOR = 12

Words = NDArray[Any]


def write_recording(name: str, path: Path, count: int) -> int:
    """Write some `count` events in the format `name`; return how many they are."""
    if name in _ENCODERS:
        header, encode = _ENCODERS[name]
        written = 0
        with path.open("wb") as file:
            file.write(header)
            for groups in _pieces(count):
                events = _events(groups)
                file.write(encode(events, groups))
                written += len(events)
        return written
    events = np.concatenate([_events(groups) for groups in _pieces(count)])
    discover(WritableFormat)[name]().write(EventStream(SIDE, SIDE, events), path)
    return len(events)


def _pieces(count: int) -> Iterator[Events]:
    """Yield groups, each as its first event; ``size`` says how many there are."""
    rng, now, left = np.random.default_rng(2026), 0.0, count
    dtype = np.dtype([*EVENT_DTYPE.descr, ("size", "<i8")])
    while left > 0:
        groups = np.zeros(_GROUPS, dtype)
        kind = rng.choice(3, _GROUPS, p=[0.6, 0.2, 0.2])
        groups["size"] = np.array([1, 2, 12])[kind] + rng.integers(0, np.array([1, 3, 25])[kind])
        groups = groups[: int(np.searchsorted(np.cumsum(groups["size"]), left)) + 1]
        times = now + np.cumsum(rng.exponential(_PERIOD, len(groups)))
        groups["t"], now = times, float(times[-1])
        groups["x"] = rng.integers(0, SIDE - 36, len(groups))
        groups["y"], groups["p"] = (
            rng.integers(0, SIDE, len(groups)),
            rng.integers(0, 2, len(groups)),
        )
        left -= int(groups["size"].sum())
        yield groups


def _events(groups: Events) -> Events:
    sizes = groups["size"]
    events = np.empty(int(sizes.sum()), EVENT_DTYPE)
    for name in EVENT_DTYPE.names or ():
        events[name] = np.repeat(groups[name], sizes)
    events["x"] += (np.arange(len(events)) - np.repeat(np.cumsum(sizes) - sizes, sizes)).astype(
        "u2"
    )
    return events


def _evt2(events: Events, _: Events) -> bytes:
    high = events["t"] >> 6
    words = events["p"].astype(np.int64) << 28 | (events["t"] & 63) << 22
    words |= events["x"].astype(np.int64) << 11 | events["y"]
    changes = np.flatnonzero(np.diff(high, prepend=-1))
    return np.insert(words, changes, 0x8 << 28 | high[changes] & 0xFFFFFFF).astype("<u4").tobytes()


def _evt3(events: Events, groups: Events) -> bytes:
    """Return TIME_HIGH every 16 µs, TIME_LOW with each new time, ADDR_Y, and events or vectors."""
    t, size = groups["t"], groups["size"]
    is_vector = size >= _VECTOR
    body = np.where(is_vector, 1 + -(-size // _VECTOR), size)
    says_high, says_low = np.diff(t >> 4, prepend=-1) != 0, np.diff(t, prepend=-1) != 0
    lengths = says_high.astype(np.int64) + says_low + 1 + body
    at = np.cumsum(lengths) - lengths
    words = np.zeros(int(lengths.sum()), np.int64)
    words[at[says_high]] = 0x8000 | t[says_high] >> 12 & 0xFFF
    at += says_high
    words[at[says_low]] = 0x6000 | t[says_low] & 0xFFF
    at += says_low
    words[at] = groups["y"]
    first = np.repeat(at + 1, body)
    owner, place = np.repeat(np.arange(len(groups)), body), np.arange(len(first))
    place -= np.repeat(np.cumsum(body) - body, body)
    one = groups[owner]
    single = 0x2000 | one["p"].astype(np.int64) << 11 | (one["x"] + place)
    bits = np.clip(one["size"] - _VECTOR * (place - 1), 0, _VECTOR)
    base = 0x3000 | one["p"].astype(np.int64) << 11 | one["x"]
    packed = np.where(place == 0, base, 0x4000 | (1 << bits) - 1)
    words[first + place] = np.where(is_vector[owner], packed, single)
    return words.astype("<u2").tobytes()


def _dat(events: Events, _: Events) -> bytes:
    words = np.empty((len(events), 2), "<u4")
    words[:, 0] = events["t"] & 0xFFFFFFFF
    words[:, 1] = (
        events["p"].astype(np.int64) << 28 | events["y"].astype(np.int64) << 14 | events["x"]
    )
    return words.tobytes()


def _aedat2(events: Events, _: Events) -> bytes:
    words = np.empty((len(events), 2), ">u4")
    x, y = (SIDE - 1 - events[name].astype(np.int64) for name in ("x", "y"))
    words[:, 0], words[:, 1] = y << 22 | x << 12 | events["p"].astype(np.int64) << 11, events["t"]
    return words.tobytes()


def _aedat31(events: Events, _: Events) -> bytes:
    """Return packets of 4096 events."""
    data = []
    for start in range(0, len(events), 4096):
        part = events[start : start + 4096]
        words = np.empty((len(part), 2), "<u4")
        words[:, 0] = part["x"].astype(np.int64) << 17 | part["y"].astype(np.int64) << 2 | 1
        words[:, 0] |= part["p"].astype(np.uint32) << 1
        words[:, 1] = part["t"] & 0x7FFFFFFF
        data += [struct.pack("<hhiiiiii", 1, 1, 8, 4, 0, len(part), len(part), len(part))]
        data += [words.tobytes()]
    return b"".join(data)


def _nmnist(events: Events, _: Events) -> bytes:
    words = np.empty((len(events), 5), np.uint8)
    t = events["t"] & 0x7FFFFF
    words[:, 0], words[:, 1] = events["x"], events["y"]
    words[:, 2] = events["p"].astype(np.int64) << 7 | t >> 16
    words[:, 3], words[:, 4] = t >> 8 & 0xFF, t & 0xFF
    return words.tobytes()


def _event_stream(events: Events, _: Events) -> bytes:
    """Return 5 bytes an event: steps are below 127 µs but for the first of a piece at most."""
    words = np.empty((len(events), 5), np.uint8)
    steps = np.minimum(np.diff(events["t"], prepend=events["t"][0]), 126)
    words[:, 0] = steps << 1 | events["p"]
    words[:, 1], words[:, 2], words[:, 4] = events["x"], 0, 0
    words[:, 3] = SIDE - 1 - events["y"]
    return words.tobytes()


_GEOMETRY = f"% geometry {SIDE}x{SIDE}\n% end\n".encode()
_ENCODERS: dict[str, tuple[bytes, Callable[[Events, Events], bytes]]] = {
    "evt2": (b"% evt 2.0\n" + _GEOMETRY, _evt2),
    "evt3": (b"% evt 3.0\n" + _GEOMETRY, _evt3),
    "dat": (b"% Data file containing CD events.\n% Height 128\n% Width 128\n\x0c\x08", _dat),
    "aedat2": (b"#!AER-DAT2.0\r\n# AEChip: eu.seebetter.ini.chips.DAVIS128\r\n", _aedat2),
    "aedat31": (b"#!AER-DAT3.1\r\n#Source 1: Test\r\n#!END-HEADER\r\n", _aedat31),
    "nmnist": (b"", _nmnist),
    "event_stream": (b"Event Stream\2\0\0\1\x80\0\x80\0", _event_stream),
}
assert NMNIST().name in _ENCODERS  # its own writer refuses what is longer than 8.4 s
