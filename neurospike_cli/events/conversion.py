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
from neurospike_cli.events.recognition import is_recording
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.stream import EventStream

_PIECE = 2**18  # events


@dataclass(frozen=True)
class Converted:
    """What was written.

    Attributes:
        width, height: of the sensor, in px.
        events: how many there are.
        dropped: what was left out, by reason.
        lost: what the new file does not tell of the recording, in words.
    """

    width: int
    height: int
    events: int
    dropped: Mapping[str, int]
    lost: tuple[str, ...] = ()


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
    dropped, count, first = Counter[str](), 0, 0
    told = reader.told_size(source)
    width, height = told or _needed_size(source, reader)

    def pieces() -> Iterator[EventStream]:
        nonlocal count, first
        for events in reader.chunks(source, _PIECE, dropped, watch):
            first = first if count else int(events["t"][0])
            count += len(events)
            yield EventStream(width, height, events, provenance=str(source))

    writer.write_pieces(pieces(), target)
    lost = tuple(_lost(target, writer, (width, height), told is not None, first))
    return Converted(width, height, count, dict(dropped), lost)


def _lost(
    target: Path, writer: WritableFormat, size: tuple[int, int], is_told: bool, first: int
) -> Iterator[str]:
    """Yield what a file that was written does not tell, found by reading its beginning."""
    if not is_recording(target):
        yield f"what kind of file it is; give --from {writer.name} when it is read"
    told = writer.told_size(target)
    if told != size and (is_told or told is not None):
        yield f"the sensor's size; give --sensor {size[0]}x{size[1]} when it is read"
    sensor = None if told in (None, size) else Sensor(width=size[0], height=size[1])
    reader = writer.model_copy(update={"sensor": sensor})
    begin = int(next(reader.chunks(target, _PIECE))["t"][0])
    if begin != first:
        yield f"when it began; its first event is at {begin} us, and was at {first} us"


def _needed_size(source: Path, reader: Format) -> tuple[int, int]:
    sizes = [smallest_size(events) for events in reader.chunks(source, _PIECE)]
    return max((w for w, _ in sizes), default=1), max((h for _, h in sizes), default=1)
