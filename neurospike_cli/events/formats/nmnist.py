"""The ``.bin`` files of N-MNIST (ATIS, 34×34 px; Orchard et al. 2015): 5 bytes an event.

| bits, big-endian | meaning |
|---|---|
| 0–7 | x |
| 8–15 | y |
| 16 | polarity, 1 = ON |
| 17–39 | time in µs |

The three saccades take some 0.3 s, so that the 23-bit time, 8.4 s, does not wrap; a longer
recording that does is read right. There is no header: a file is known by coordinates that fit the
sensor and times that ascend. N-Caltech101 has the same words from another sensor: name the format
and give the sensor to read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats._writable_format import StreamedFormat
from neurospike_cli.events.formats.format import BLOCK, Decoding, unwrapped
from neurospike_cli.events.stream import EventStream

SIDE = 34
TIME_BITS = 23
_WORD = np.dtype([("x", "u1"), ("y", "u1"), ("top", "u1"), ("low", ">u2")])
#: Part of a file's words that must be pixels of the sensor, and of its steps in time that must not
#: go back, for the file to be known by them.
_FIT, _ASCEND = 0.9, 0.5


class NMNIST(StreamedFormat):
    """N-MNIST's and ATIS's .bin files."""

    suffixes: ClassVar[tuple[str, ...]] = (".bin",)
    format: Literal["nmnist"] = "nmnist"

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether most words are pixels of the sensor, and their times ascend."""
        words = np.frombuffer(head, _WORD, len(head) // _WORD.itemsize)
        if not len(words):
            return False
        fits = (words["x"] < SIDE) & (words["y"] < SIDE)
        ascends = np.diff(_times(words)) >= 0
        return bool(fits.mean() >= _FIT and (not len(ascends) or ascends.mean() >= _ASCEND))

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events; the file does not tell the sensor, which is N-MNIST's if not given."""
        stepped_over = Counter[str]()
        size = None if self.sensor else (SIDE, SIDE)
        return Decoding(_blocks(file, stepped_over), size, stepped_over)

    def write_pieces_to(self, pieces: Iterable[EventStream], file: IO[bytes]) -> None:
        """Write a recording of at most 256×256 px and 8.4 s."""
        for piece in pieces:
            file.write(_words(piece).tobytes())


def _words(stream: EventStream) -> NDArray[Any]:
    events = stream.events
    last = int(events["t"][-1]) if len(events) else 0
    if max(stream.width, stream.height) > 256 or last >= 1 << TIME_BITS:
        raise DataError(
            f"a .bin file holds at most 256×256 px and times below {1 << TIME_BITS} µs; this "
            f"recording has {stream.width}×{stream.height} px and an event at {last} µs",
            where=stream.provenance or None,
            hint="write another format",
        )
    words = np.empty(len(events), _WORD)
    words["x"], words["y"] = events["x"], events["y"]
    words["top"] = events["p"].astype(np.int64) << 7 | events["t"] >> 16
    words["low"] = events["t"] & 0xFFFF
    return words


def _blocks(file: RecordingFile, stepped_over: Counter[str]) -> Iterator[Columns]:
    before = None
    for words in file.words(_WORD, BLOCK, stepped_over):
        t, before = unwrapped(_times(words), TIME_BITS, before)
        yield Columns(t, words["x"], words["y"], words["top"] >> 7)


def _times(words: NDArray[Any]) -> NDArray[np.int64]:
    top = (words["top"] & 0x7F).astype(np.int64)
    times: NDArray[np.int64] = top << 16 | words["low"]
    return times
