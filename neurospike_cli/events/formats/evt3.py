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
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._evt3_state import EVT3State, Kinds, Words
from neurospike_cli.events.formats._prophesee_header import names_version, read_header, size_in
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats._word_types import check_known, count_types
from neurospike_cli.events.formats.format import BLOCK, Decoding, Format

_WORD = np.dtype("<u2")
#: Words that are decoded at a time; many are no events: 5 to 10 % faster than half as many.
_WORDS = 2 * BLOCK
_KNOWN = {0x0, 0x2, 0x3, 0x4, 0x5, 0x6, 0x8}
_STEPPED_OVER = {0xA: "triggers", 0x7: "other_words", 0xE: "other_words", 0xF: "other_words"}
_ADDR_X, _VECT_BASE_X, _VECT_12, _VECT_8 = 0x2, 0x3, 0x4, 0x5
#: Which bits of a word of each type are pixels.
_BITS = np.zeros(16, np.uint16)
_BITS[_VECT_12], _BITS[_VECT_8] = 0xFFF, 0xFF


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
    for words in file.words(_WORD, _WORDS, stepped_over):
        kinds = (words >> 12).astype(np.uint16, copy=False)
        stepped_over.update(count_types(kinds, _KNOWN, _STEPPED_OVER))
        seen += len(words)
        check_known(stepped_over, seen, file.where)
        yield _complete(_decoded(words, kinds, state), stepped_over)


def _complete(block: Columns, stepped_over: Counter[str]) -> Columns:
    """Return the events of which all is known, and count the others."""
    if not len(block.t) or min(block.t.min(), block.y.min(), block.x.min()) >= 0:
        return block
    complete = (block.t >= 0) & (block.y >= 0) & (block.x >= 0)
    stepped_over["incomplete"] += int((~complete).sum())
    return block[complete]


def _decoded(words: Words, kinds: Kinds, state: EVT3State) -> Columns:
    """Return the events of a block; what is not known of them is negative."""
    is_vector = (kinds == _VECT_12) | (kinds == _VECT_8)
    moves = np.flatnonzero(is_vector | (kinds == _VECT_BASE_X))
    at = np.flatnonzero(is_vector | (kinds == _ADDR_X))
    x, p = words & 0x7FF, words >> 11 & 1
    if len(moves):
        vectors = moves[is_vector.take(moves)]
        bits = words.take(vectors) & _BITS.take(kinds.take(vectors))
        counts = np.ones(len(words), np.uint8)
        counts[vectors] = np.bitwise_count(bits)
        at = np.repeat(at, counts.take(at))
        x = x.astype(np.int32)
        x[vectors], p[vectors] = state.bases(words.take(moves), kinds.take(moves))
        x = x.take(at) + _pixels(bits, is_vector.take(at))
    else:
        x = x.take(at)
    return Columns(state.times(words, kinds, at), x, state.rows(words, kinds, at), p.take(at))


def _pixels(bits: NDArray[np.uint16], of_vector: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return how many px each event is from the first pixel of its word.

    Args:
        bits: which pixels of each vector have an event.
        of_vector: which events are of a vector.
    """
    # As bytes of bool: NumPy finds those ten times as fast as numbers.
    table = np.unpackbits(bits.view(np.uint8), bitorder="little").view(bool)
    pixels = np.zeros(len(of_vector), np.int32)
    pixels[of_vector] = np.flatnonzero(table) & 15
    return pixels
