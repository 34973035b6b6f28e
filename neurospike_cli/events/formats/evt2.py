"""EVT 2.0, the older raw format of Prophesee's cameras: a header and 32-bit words, little-endian.

| bits 31–28 | word | rest |
|---|---|---|
| 0x0, 0x1 | OFF or ON event | 27–22 time, low part; 21–11 x; 10–0 y |
| 0x8 | TIME_HIGH | 27–0 time, high part: time = high · 64 + low, in µs |
| 0xA | trigger input | counted as ``triggers`` |
| 0xE, 0xF | others, continued | counted as ``other_words`` |

Events before the first TIME_HIGH have no time and are counted as ``before_time``; words of other
types are counted as ``unknown_words``. The 34-bit time wraps after 4.8 hours, and is read on.

Source: https://docs.prophesee.ai/stable/data/encoding_formats/evt2.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np

from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._prophesee_header import names_version, read_header, size_in
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats._word_types import check_known, count_types
from neurospike_cli.events.formats.format import BLOCK, Decoding, Format, unwrapped

_WORD = np.dtype("<u4")
_TIME_HIGH = 0x8
_STEPPED_OVER = {0xA: "triggers", 0xE: "other_words", 0xF: "other_words"}
_KNOWN = {0x0, 0x1, _TIME_HIGH}


class EVT2(Format):
    """Prophesee's raw format 2.0."""

    format: Literal["evt2"] = "evt2"

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the header names version 2."""
        return names_version(head, 2)

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events."""
        stepped_over = Counter[str]()
        size = size_in(read_header(file))
        return Decoding(_blocks(file, stepped_over), size, stepped_over)


def _blocks(file: RecordingFile, stepped_over: Counter[str]) -> Iterator[Columns]:
    high, before, seen = -1, None, 0
    for words in file.words(_WORD, BLOCK, stepped_over):
        kinds = (words >> 28).astype(np.uint8)
        stepped_over.update(count_types(kinds, _KNOWN, _STEPPED_OVER))
        seen += len(words)
        check_known(stepped_over, seen, file.where)
        sets_high = kinds == _TIME_HIGH
        events = np.flatnonzero(kinds <= 1)
        raised, before = unwrapped(words[np.flatnonzero(sets_high)] & 0xFFFFFFF, 28, before)
        # The high part that holds at an event is the last one before it.
        highs = np.concatenate([[high], raised])
        of_event = highs[np.cumsum(sets_high, dtype=np.int32)[events]]
        high = int(highs[-1])
        timed = of_event >= 0
        if not timed.all():
            stepped_over["before_time"] += int((~timed).sum())
            events, of_event = events[timed], of_event[timed]
        found = words[events]
        t = of_event << 6 | (found >> 22 & 0x3F).astype(np.int64)
        yield Columns(t, found >> 11 & 0x7FF, found & 0x7FF, kinds[events])
