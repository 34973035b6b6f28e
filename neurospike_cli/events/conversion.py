"""A recording in another format, piece by piece.

Where the file does not tell its sensor it is read twice, at first for the smallest that holds all
events. Memory holds a piece, except where events are sorted or the new format is written whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from neurospike_cli.events.formats._recording_file import Watch
from neurospike_cli.events.formats._writable_format import WritableFormat
from neurospike_cli.events.formats.format import Format, smallest_size
from neurospike_cli.events.stream import EventStream

_PIECE = 2**18  # events


@dataclass(frozen=True)
class Converted:
    """What was written: the sensor in px, events, and what was left out by reason."""

    width: int
    height: int
    events: int
    dropped: Mapping[str, int]


def convert_recording(
    source: Path,
    reader: Format,
    target: Path,
    writer: WritableFormat,
    watch: Watch = lambda done, total: None,
) -> Converted:
    """Write the recording `source` to `target`, whole or not at all.

    Args:
        source: the file that is read.
        reader: its format.
        target: the new file.
        writer: its format.
        watch: hears how many bytes of how many have been read.

    Raises:
        DataError: the file is damaged, or the new format cannot hold it.
        RunError: the folder cannot be written to.
    """
    dropped, count = Counter[str](), 0
    width, height = reader.told_size(source) or _needed_size(source, reader)

    def pieces() -> Iterator[EventStream]:
        nonlocal count
        for events in reader.chunks(source, _PIECE, dropped, watch):
            count += len(events)
            yield EventStream(width, height, events, provenance=str(source))

    writer.write_pieces(pieces(), target)
    return Converted(width, height, count, dict(dropped))


def _needed_size(source: Path, reader: Format) -> tuple[int, int]:
    sizes = [smallest_size(events) for events in reader.chunks(source, _PIECE)]
    return max((w for w, _ in sizes), default=1), max((h for _, h in sizes), default=1)
