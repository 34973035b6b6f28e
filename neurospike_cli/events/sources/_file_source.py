"""What sources of recording files share: how files are opened, and the windows cut from them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from neurospike_cli.errors import DataError
from neurospike_cli.events.recognition import open_recording, recognise
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources._divided_source import DividedSource
from neurospike_cli.events.sources._event_source import EventSource
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream
from neurospike_cli.units import Milliseconds

#: Bytes of a file that an event takes at least, but for vectors of EVT3.
_LEAST_BYTES = 2
_AT_A_TIME = 2**20


class FileSource(DividedSource, EventSource):
    """Recordings of one sensor in files of any format that is known by its content."""

    root: str = Field(min_length=1)
    """The folder that holds the recordings."""
    sensor: Sensor | None = None
    """The sensor's size; without it, what the first recording tells."""
    duration: Milliseconds = Field(default=100.0, gt=0.0, le=1e6)
    """Length of a window, in ms."""
    windows: Annotated[int, Field(ge=1)] | Literal["all"] = 1
    """How many windows of each recording are used at most, in order of time."""
    events_per_window: int | None = Field(default=None, ge=1)
    """How many events a window holds, however long that takes; without it, windows are of
    `duration`; a number of events."""
    outside: Literal["error", "drop"] = "error"
    """What is done with events outside of the sensor."""
    unordered: Literal["error", "sort", "drop"] = "error"
    """What is done with events that are earlier than one before."""
    recover: bool = False
    """Whether a file that is cut off is read up to there."""

    @property
    def sensor_size(self) -> tuple[int, int]:
        """Width and height of the sensor in px, as given or as the first recording tells."""
        return self._size

    def reading_bytes(self) -> int:
        """Return what the largest recording takes at most, while it is joined and cut."""
        largest = max(path.stat().st_size for path in self._paths)
        return 3 * EVENT_DTYPE.itemsize * largest // _LEAST_BYTES

    def forget(self) -> None:
        """Let go of the recording that was read last."""
        _whole.cache_clear()

    @property
    @abstractmethod
    def _paths(self) -> Sequence[Path]:
        """All files, in the order of their recordings."""

    def _open(self, path: Path) -> EventStream:
        """Return all events of a file; the one that was read last is kept."""
        return _whole(path, self._sensor, self.outside, self.unordered, self.recover)

    def _extent_of(self, path: Path) -> int:
        """Return how long a recording is, in µs or in events as windows are, with flat memory."""
        policies = {"outside": self.outside, "unordered": self.unordered, "recover": self.recover}
        format_ = recognise(path, sensor=self._sensor, **policies)
        pieces = [
            (len(piece), int(piece["t"][0]), int(piece["t"][-1]))
            for piece in format_.chunks(path, _AT_A_TIME)
        ]
        if self.events_per_window is not None:
            return sum(count for count, _, _ in pieces)
        return pieces[-1][2] - pieces[0][1] if pieces else 0

    @property
    def _sensor(self) -> Sensor:
        width, height = self.sensor_size
        return Sensor(width=width, height=height)

    @cached_property
    def _size(self) -> tuple[int, int]:
        if self.sensor is not None:
            return self.sensor.width, self.sensor.height
        first = self._paths[0]
        size = recognise(first, recover=self.recover).told_size(first)
        if size is None:
            raise DataError(
                "does not tell the size of its sensor",
                where=str(first),
                hint="give `data.sensor`, e.g. {width: 346, height: 260}",
            )
        return size


@lru_cache(maxsize=1)  # windows of one recording are read one after the other
def _whole(path: Path, sensor: Sensor, outside: str, unordered: str, recover: bool) -> EventStream:
    return open_recording(
        path, sensor=sensor, outside=outside, unordered=unordered, recover=recover
    )
