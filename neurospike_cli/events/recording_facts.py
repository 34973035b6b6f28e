"""What a person wants to know about a file of events, found in one pass with flat memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._recording_file import opened
from neurospike_cli.events.recognition import recognise


@dataclass
class _Tally:
    """Counts over the blocks so far."""

    events: int = 0
    on: int = 0
    backwards: int = 0
    earliest: int = 0
    latest: int = 0
    last: int = 0
    width: int = 1
    height: int = 1
    outside: int = 0

    def add(self, block: Columns, size: tuple[int, int] | None) -> None:
        """Count the events of one more block."""
        if not len(block.t):
            return
        first = self.last if self.events else int(block.t[0])
        self.backwards += int((np.diff(block.t, prepend=first) < 0).sum())
        earliest, latest = int(block.t.min()), int(block.t.max())
        self.earliest = min(self.earliest, earliest) if self.events else earliest
        self.latest = max(self.latest, latest) if self.events else latest
        self.last = int(block.t[-1])
        self.width = max(self.width, int(block.x.max()) + 1)
        self.height = max(self.height, int(block.y.max()) + 1)
        if size is not None:
            self.outside += int(((block.x >= size[0]) | (block.y >= size[1])).sum())
        self.on += int((block.p == 1).sum())
        self.events += len(block.t)


def recording_facts(path: Path) -> dict[str, Any]:
    """Return the facts about a recording, by name; events are taken as they are in the file.

    Raises:
        DataError: there is no such file, its format is not known, or it is damaged.
    """
    format_ = recognise(path, recover=True)
    with opened(path, recover=True) as file:
        decoding = format_.decode(file)
        tally = _counted(decoding.blocks, decoding.size)
    facts = {"format": format_.name, "sensor": _sensor(tally, decoding.size)}
    facts |= _facts(tally)
    if tally.outside:
        facts["outside the sensor"] = f"{tally.outside:,} events"
    if decoding.stepped_over:
        aside = (f"{n:,} {reason}" for reason, n in sorted(decoding.stepped_over.items()))
        facts["stepped over"] = ", ".join(aside).replace("_", " ")
    return facts


def _counted(blocks: Iterable[Columns], size: tuple[int, int] | None) -> _Tally:
    tally = _Tally()
    for block in blocks:
        tally.add(block, size)
    return tally


def _sensor(tally: _Tally, size: tuple[int, int] | None) -> str:
    if size is None:
        return f"not told by the file; its events need {tally.width} x {tally.height} px"
    return f"{size[0]} x {size[1]} px"


def _facts(tally: _Tally) -> dict[str, Any]:
    length = tally.latest - tally.earliest
    where = f"from {tally.earliest} to {tally.latest} us"
    steps = f"not ascending: {tally.backwards:,} steps back"
    rate = tally.events / (max(1, length) * 1e-6)
    return {
        "events": tally.events,
        "duration": f"{length / 1e3:.3f} ms, {where}",
        "rate": f"{rate / 1e3:.2f} kHz",
        "ON events": f"{100 * tally.on / max(1, tally.events):.1f} %",
        "order": steps if tally.backwards else "ascending",
    }
