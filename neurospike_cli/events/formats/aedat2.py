"""AEDAT 2.0 of jAER: a text header, and words of a 32-bit address and a 32-bit time, big-endian.

| chip | x | y | polarity | other words |
|---|---|---|---|---|
| DVS128 | bits 7–1, from the right | 14–8, from below | 0 = ON in bit 0 | bit 15 set |
| DAVIS | bits 21–12, from the right | 30–22, from below | 1 = ON in bit 11 | see below |

DVS128 words with bit 15 set are counted as ``special_words``. A word of a DAVIS with bit 31 set
is a sample of a frame (``frame_words``) or, where bits 11 and 10 are set, of the inertial sensor
(``imu_words``); without it, one with bit 10 set is an external event (``special_words``). The
header names the chip after ``AEChip:``. Where it does not, addresses of more than 16 bits are those
of a DAVIS240, others those of a DVS128. The time, in µs, wraps after 71 minutes, and is read on.

The directions are those of jAER, which wrote these files: its extractors (`DVS128.Extractor`,
`DavisBaseCamera`) take x = width - 1 - bits, so that x goes to the right in its viewer, y = bits
with the origin at the bottom left, and ON from bit 0 clear (DVS128) or bit 11 set (DAVIS). Here y
is from the top: y = height - 1 - bits. Others differ: tonic's `read_dvs_128` takes bits 14–8 for x,
7–1 for y and bit 0 as it is, so that its picture is transposed and 1 means OFF; scripts for
CIFAR10-DVS have jAER's x and polarity, and y from below.
Source: https://docs.inivation.com/software/software-advanced-usage/file-formats/aedat-2.0.html and
https://github.com/SensorsINI/jaer, `ch.unizh.ini.jaer.chip.retina.DVS128`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats.format import BLOCK, Decoding, Format, unwrapped

_MAGIC = b"#!AER-DAT2.0"
_WORD = np.dtype([("address", ">u4"), ("t", ">u4")])
_END = (b"#End Of ASCII Header",)
Addresses = NDArray[np.uint32]


@dataclass(frozen=True)
class _DVS128:
    """How the addresses of a DVS128 are read."""

    width: int = 128
    height: int = 128

    def stepped_over(self, address: Addresses) -> dict[str, NDArray[np.bool_]]:
        """Return which words are no events, by what they are."""
        return {"special_words": address >> 15 != 0}

    def pixels(self, address: Addresses) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Return x, y and polarity."""
        return 127 - (address >> 1 & 0x7F), 127 - (address >> 8 & 0x7F), 1 - (address & 1)


@dataclass(frozen=True)
class _Davis:
    """How the addresses of a DAVIS are read."""

    width: int
    height: int

    def stepped_over(self, address: Addresses) -> dict[str, NDArray[np.bool_]]:
        """Return which words are no events, by what they are."""
        sample, kind = address >> 31 != 0, address >> 10 & 3
        return {
            "imu_words": sample & (kind == 3),
            "frame_words": sample & (kind != 3),
            "special_words": ~sample & (kind & 1 == 1),
        }

    def pixels(self, address: Addresses) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Return x, y and polarity; x and y can be negative where the sensor is another."""
        x = (address >> 12 & 0x3FF).astype(np.int32)
        y = (address >> 22 & 0x1FF).astype(np.int32)
        return self.width - 1 - x, self.height - 1 - y, address >> 11 & 1


_DAVIS240 = _Davis(240, 180)
_CHIPS: dict[str, _DVS128 | _Davis] = {
    "DVS128": _DVS128(),
    "DAVIS240": _DAVIS240,
    "DAVIS346": _Davis(346, 260),
    "DAVIS640": _Davis(640, 480),
    "DAVIS128": _Davis(128, 128),
    "DAVIS208": _Davis(208, 192),
}


class AEDAT2(Format):
    """AEDAT 2.0 of a DVS128 or a DAVIS."""

    format: Literal["aedat2"] = "aedat2"

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the first line names version 2."""
        return head.startswith(_MAGIC)

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events."""
        lines = file.header(b"#", _END)
        chip = _chip(lines, file.where) or _chip_of(file)
        stepped_over = Counter[str]()
        blocks = _blocks(file, chip, stepped_over)
        return Decoding(blocks, (chip.width, chip.height), stepped_over)


def _chip(lines: list[str], where: str) -> _DVS128 | _Davis | None:
    """Return the chip that the header names, if it names one."""
    named = re.search(r"(?m)^# AEChip: (\S+)$", "\n".join(lines))
    if named is None:
        return None
    for name, chip in _CHIPS.items():
        if named[1].rpartition(".")[2].upper().startswith(name):
            return chip
    raise DataError(
        f"was recorded with {named[1]}; known chips: {', '.join(_CHIPS)}",
        where=where,
        hint="export it from jAER as text",
    )


def _chip_of(file: RecordingFile) -> _DVS128 | _Davis:
    """Return the chip that the first addresses fit, and leave the file where it is."""
    start = file.handle.tell()
    data = file.handle.read(BLOCK * _WORD.itemsize)
    file.handle.seek(start)
    address = np.frombuffer(data, _WORD, len(data) // _WORD.itemsize)["address"]
    return _DAVIS240 if address.max(initial=0) >> 16 else _CHIPS["DVS128"]


def _blocks(
    file: RecordingFile, chip: _DVS128 | _Davis, stepped_over: Counter[str]
) -> Iterator[Columns]:
    before = None
    for words in file.words(_WORD, BLOCK, stepped_over):
        address, times = words["address"].astype(np.uint32), words["t"].astype(np.uint32)
        aside = chip.stepped_over(address)
        counts = {name: int(are.sum()) for name, are in aside.items()}
        if any(counts.values()):
            stepped_over.update({name: count for name, count in counts.items() if count})
            stay = ~np.logical_or.reduce(list(aside.values()))
            address, times = address[stay], times[stay]
        t, before = unwrapped(times, 32, before)
        yield Columns(t, *chip.pixels(address))
