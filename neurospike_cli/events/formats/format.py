"""What a file format is: it knows its files by their content and makes events of them.

A format's own file has only `sniff` and `decode`; what is done with events that lie outside of the
sensor, go back in time or are cut off is the same for all and is here. How they are written is in
`_writable_format.py`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._admission import Admission, Columns
from neurospike_cli.events.formats._recording_file import RecordingFile, Watch, opened
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.stream import EVENT_DTYPE, Events, EventStream, sorted_by_time
from neurospike_cli.registry import Component

#: Events that are decoded at a time: their arrays fit into a core's cache.
BLOCK = 2**16
#: Columns or rows that the coordinates of `Events` can name.
LARGEST_SIDE = 2**16
# The C library gives freed memory back to the system at once, until an array of this size has been
# freed: from then on it keeps some. Asking again for each block costs up to 5 ns an event.
np.empty(2**24, np.uint8)


@dataclass(frozen=True)
class Decoding:
    """A recording while it is decoded.

    Attributes:
        blocks: the events in the order of the file, made as they are asked for.
        size: width and height of the sensor in px, None where the file does not tell them.
        stepped_over: what is no event or had to be left out, by reason; complete at the end.
    """

    blocks: Iterator[Columns]
    size: tuple[int, int] | None = None
    stepped_over: Counter[str] = field(default_factory=Counter)


class Format(Component):
    """A kind of event file, and how strictly it is read."""

    discriminator: ClassVar[str] = "format"

    sensor: Sensor | None = None
    """The sensor's size; without it, the file's, or the smallest that holds all events."""
    outside: Literal["error", "drop"] = "error"
    """What is done with events outside of the sensor."""
    unordered: Literal["error", "sort", "drop"] = "error"
    """What is done with an event that is earlier than one before it."""
    recover: bool = False
    """Whether a file that ends within an event is read up to there."""

    @property
    def name(self) -> str:
        """The format's name."""
        return self.component_name

    @abstractmethod
    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether a file is of this format, by its content and never by its name.

        Args:
            head: the first `HEAD` bytes of the file, or all where it is shorter.
            path: the file.
        """

    @abstractmethod
    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events of a file as they are, block by block.

        Raises:
            DataError: the header is damaged; the blocks raise it for what follows.
        """

    def read(self, path: Path) -> EventStream:
        """Return a whole recording; `dropped` counts what was left out and what is no event.

        Raises:
            DataError: the file is missing, damaged or against the policies of this format.
        """
        with opened(path, self.recover) as file:
            decoding = self.decode(file)
            admission = self._admission(decoding, file)
            events = _gathered(map(admission.admit, decoding.blocks))
            dropped = decoding.stepped_over + admission.dropped
            if not len(events):
                raise _no_event(file, dropped)
        if self.unordered == "sort":
            events = sorted_by_time(events)
        width, height = admission.size or smallest_size(events)
        return EventStream(width, height, events, provenance=str(path), dropped=dict(dropped))

    def chunks(
        self,
        path: Path,
        events_at_a_time: int,
        dropped: Counter[str] | None = None,
        watch: Watch = lambda done, total: None,
    ) -> Iterator[Events]:
        """Yield a recording's events, `events_at_a_time` in every part but the last.

        Memory holds one part and one block, whatever the length of the file, except where events
        are sorted, which needs all of them.

        Args:
            path: the file.
            events_at_a_time: how many events a part has.
            dropped: at the end, what was left out and what is no event is added to it.
            watch: hears how many bytes of how many have been read.

        Raises:
            as `read`.
        """
        counts = Counter[str]() if dropped is None else dropped
        if self.unordered == "sort":
            whole = self.read(path)
            counts.update(whole.dropped)
            yield from _cut([_joined([whole.events])], events_at_a_time)
            return
        with opened(path, self.recover) as file:
            decoding = self.decode(file)
            admission = self._admission(decoding, file)
            admitted = map(admission.admit, decoding.blocks)
            count = 0
            for part in _cut(_watched(admitted, file, watch), events_at_a_time):
                count += len(part)
                yield part
            aside = decoding.stepped_over + admission.dropped
            counts.update(aside)
            if not count:
                raise _no_event(file, aside)

    def told_size(self, path: Path) -> tuple[int, int] | None:
        """Return width and height in px where the parameters or the file tell them."""
        with opened(path, self.recover) as file:
            return self._admission(self.decode(file), file).size

    def _admission(self, decoding: Decoding, file: RecordingFile) -> Admission:
        size = decoding.size
        if self.sensor is not None:
            asked = self.sensor.width, self.sensor.height
            if size not in (None, asked):
                raise DataError(
                    f"was recorded with {_px(size)}; the sensor is given as {_px(asked)}",
                    where=file.where,
                    hint="leave the sensor out, or give the file's",
                )
            size = asked
        if size is not None and not all(1 <= side <= LARGEST_SIDE for side in size):
            raise DataError(
                f"says that its sensor has {_px(size)}; 1 to {LARGEST_SIDE} px a side are read",
                where=file.where,
                hint="get the file again",
            )
        return Admission(file.where, size, self.outside, self.unordered)


def smallest_size(events: Events) -> tuple[int, int]:
    """Return width and height of the smallest sensor that holds `events`, in px."""
    return int(events["x"].max(initial=0)) + 1, int(events["y"].max(initial=0)) + 1


def unwrapped(
    times: NDArray[Any], bits: int, before: tuple[int, int] | None
) -> tuple[NDArray[np.int64], tuple[int, int] | None]:
    """Return times of a counter of `bits` bits that goes on from 0 when it is full, without that.

    A step back by more than half of the range is such a wrap; a smaller one is left as it is.

    Args:
        times: the counter.
        bits: its width.
        before: what the call before returned beside its times.
    """
    counter = times.astype(np.int64)
    if not len(counter):
        return counter, before
    last, wraps = before or (int(counter[0]), 0)
    steps = np.diff(counter, prepend=last)
    half, full = 1 << (bits - 1), 1 << bits
    if steps.min() < -half or steps.max() > half:
        # A jump forward by more than half is a late event of before the wrap; before the first
        # wrap there is nothing that it could belong to.
        turns = wraps + np.cumsum((steps < -half).astype(np.int64) - (steps > half))
        turns -= np.minimum(np.minimum.accumulate(turns), 0)
        return counter + turns * full, (int(counter[-1]), int(turns[-1]))
    return counter + wraps * full, (int(counter[-1]), wraps)


def _watched(parts: Iterator[Events], file: RecordingFile, watch: Watch) -> Iterator[Events]:
    for part in parts:
        watch(file.handle.tell(), file.size)
        yield part


def _cut(parts: Iterable[Events], length: int) -> Iterator[Events]:
    """Yield the events of `parts` in pieces of `length`: views where a part holds a whole piece."""
    held: list[Events] = []
    count = 0
    for part in parts:
        begin = 0
        while count + len(part) - begin >= length:
            end = begin + length - count
            yield _joined([*held, part[begin:end]]) if held else part[begin:end]
            held, count, begin = [], 0, end
        if begin < len(part):
            held.append(part[begin:])
            count += len(part) - begin
    if count:
        yield _joined(held)


def _gathered(parts: Iterable[Events]) -> Events:
    """Return the events of all parts, in an array that doubles; at most two are in memory at once.

    NumPy asks for large pages for arrays of 4 MB or more: 3 ns an event, where a list of the parts
    that are joined at the end takes 3 to 9.
    """
    held, end = np.empty(0, np.uint8), 0
    for part in parts:
        begin, end = end, end + part.nbytes
        if end > len(held):
            before, held = held, np.empty(max(end, 2 * len(held)), np.uint8)
            held[:begin] = before[:begin]
        held[begin:end] = part.view(np.uint8)
    held.resize(end, refcheck=False)  # gives back what is over
    return held.view(EVENT_DTYPE)


def _joined(parts: list[Events]) -> Events:
    """Return the events of all parts; as bytes, which NumPy copies whole and not field by field."""
    return np.concatenate([part.view(np.uint8) for part in parts]).view(EVENT_DTYPE)


def _px(size: tuple[int, int] | None) -> str:
    return "no size" if size is None else f"{size[0]}×{size[1]} px"


def _no_event(file: RecordingFile, dropped: Counter[str]) -> DataError:
    aside = ", ".join(f"{count} {reason}" for reason, count in dropped.items())
    hints = {
        True: "nothing in it can be used: check the format and the sensor that it is read as",
        False: "check that the recording was not stopped before it began",
    }
    return DataError(
        f"has no events: it is {file.size} bytes long"
        + (f", with {aside.replace('_', ' ')}" if aside else ", all of them header"),
        where=file.where,
        hint=hints[bool(dropped)],
    )
