"""EVT 3.0, the raw format of Prophesee's cameras: a header and 16-bit words, little-endian.

| bits 15–12 | word | rest |
|---|---|---|
| 0x0 | ADDR_Y | 10–0 y of the events that follow |
| 0x2 | ADDR_X: one event | 11 polarity, 10–0 x |
| 0x3 | VECT_BASE_X | 11 polarity, 10–0 x of the first pixel of the vectors that follow |
| 0x4, 0x5 | VECT_12, VECT_8 | an event for each bit set; moves the base by 12 or 8 px |
| 0x6 | TIME_LOW | time, low 12 bits, in µs |
| 0x8 | TIME_HIGH | time, high 12 bits |
| 0xA | trigger input | counted as ``triggers`` |
| 0x7, 0xE, 0xF | continued, others | counted as ``other_words`` |

TIME_HIGH with a new value sets the low part to 0 until the TIME_LOW that follows; the old low part
beside the new high part would be up to 4096 µs late. The 24-bit time wraps every 16.8 s, and is
read on. Events before the first TIME_HIGH, before the first ADDR_Y, or in a vector without a base
have no known time or place and are counted as ``incomplete``; words of other types are counted as
``unknown_words``.

Source: https://docs.prophesee.ai/stable/data/encoding_formats/evt3.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._evt3_state import EVT3State
from neurospike_cli.events.formats._prophesee_header import names_version, read_header, size_in
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats._word_types import check_known, count_types
from neurospike_cli.events.formats.format import BLOCK, Decoding, Format

_WORD = np.dtype("<u2")
_KNOWN = {0x0, 0x2, 0x3, 0x4, 0x5, 0x6, 0x8}
_STEPPED_OVER = {0xA: "triggers", 0x7: "other_words", 0xE: "other_words", 0xF: "other_words"}
_ADDR_X, _VECT_BASE_X, _VECT_12, _VECT_8 = 0x2, 0x3, 0x4, 0x5


class EVT3(Format):
    """Prophesee's raw format 3.0."""

    format: Literal["evt3"] = "evt3"

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the header names version 3."""
        return names_version(head, 3)

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events."""
        stepped_over = Counter[str]()
        size = size_in(read_header(file))
        return Decoding(_blocks(file, stepped_over), size, stepped_over)


def _blocks(file: RecordingFile, stepped_over: Counter[str]) -> Iterator[Columns]:
    state, seen = EVT3State(), 0
    for words in file.words(_WORD, BLOCK, stepped_over):
        kinds = (words >> 12).astype(np.uint8)
        stepped_over.update(count_types(kinds, _KNOWN, _STEPPED_OVER))
        seen += len(words)
        check_known(stepped_over, seen, file.where)
        for block in _decoded(words, kinds, state):
            yield _complete(block, stepped_over)


def _complete(block: Columns, stepped_over: Counter[str]) -> Columns:
    """Return the events of which all is known, and count the others."""
    if not len(block.t) or min(block.t.min(), block.y.min(), block.x.min()) >= 0:
        return block
    complete = (block.t >= 0) & (block.y >= 0) & (block.x >= 0)
    stepped_over["incomplete"] += int((~complete).sum())
    return block[complete]


def _decoded(words: NDArray[Any], kinds: NDArray[np.uint8], state: EVT3State) -> Iterator[Columns]:
    """Yield the events of a block; what is not known of them is negative."""
    is_vector = (kinds == _VECT_12) | (kinds == _VECT_8)
    moving = np.flatnonzero(is_vector | (kinds == _VECT_BASE_X))
    at = np.flatnonzero(is_vector | (kinds == _ADDR_X))
    found, kinds_found = words[at], kinds[at]
    t, y = state.times(words, kinds, at), state.rows(words, kinds, at)
    x, p = found & 0x7FF, found >> 11 & 1
    bases, polarity = state.bases(words[moving], kinds[moving])
    if not len(bases):
        yield Columns(t, x, y, p)
        return
    vectors, x = np.flatnonzero(kinds_found != _ADDR_X), x.astype(np.int64)
    x[vectors], p[vectors] = bases, polarity
    bits = np.ones(len(at), "<u2")
    bits[vectors] = found[vectors] & np.where(kinds_found[vectors] == _VECT_12, 0xFFF, 0xFF)
    yield from _expanded(Columns(t, x, y, p), bits)


def _expanded(block: Columns, bits: NDArray[np.uint16]) -> Iterator[Columns]:
    """Yield an event for each bit, in some parts that fit into a core's cache as a block does.

    Args:
        block: t, x of the first pixel, y and p of each word.
        bits: which pixels from the first one on have an event.
    """
    counts = np.bitwise_count(bits)
    parts = int(counts.sum(dtype=np.int64)) // BLOCK + 1
    size = len(bits) // parts + 1
    for start in range(0, len(bits), size):
        part, repeats = block[start : start + size], counts[start : start + size]
        # As bytes of bool: NumPy finds those ten times as fast as numbers.
        table = np.unpackbits(bits[start : start + size].view(np.uint8), bitorder="little")
        x = np.repeat(part.x, repeats)
        x += np.flatnonzero(table.view(bool)) & 15
        t, y, p = (np.repeat(column, repeats) for column in (part.t, part.y, part.p))
        yield Columns(t, x, y, p)
