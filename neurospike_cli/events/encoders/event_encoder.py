"""What an encoder of events is, and where an event finds its channel.

channel = (plane * rows + y // pool) * columns + x // pool,   columns = ceil(width / pool)
step    = t // dt, in integer µs

| polarity | planes | what an event's polarity does |
|---|---|---|
| merge | events | nothing |
| separate | on, off | ON events are plane 0, OFF events plane 1 |
| on_only | on | OFF events are left out |

Every event of the recording is in an entry, or in `SpikeTrain.dropped` under its reason.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.encoders.encoder import Encoder
from neurospike_cli.events.reasons import AFTER_DURATION, MERGED, OFF
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.stream import EventStream

_PLANES = {"merge": ("events",), "separate": ("on", "off"), "on_only": ("on",)}
#: Plane of an OFF and of an ON event; -1 is none.
_PLANE_OF = {"merge": (0, 0), "separate": (1, 0), "on_only": (-1, 0)}


@dataclass(frozen=True)
class Placed:
    """The events that have a place, in ascending time, and why the others have none.

    Attributes:
        times: in µs, (event,).
        channels: of each of them, (event,).
        dropped: the number of the others, by reason.
    """

    times: NDArray[np.int64]
    channels: NDArray[np.int64]
    dropped: dict[str, int]


class EventEncoder(Encoder):
    """Turns the events of a recording into spikes on channels, in steps of `dt`."""

    default_name: ClassVar[str | None] = "binary"
    width_keys: ClassVar[tuple[str, ...]] = ("encoder.pool", "sensor")

    polarity: Literal["merge", "separate", "on_only"] = "merge"
    """Whether ON and OFF events share channels, have their own, or only ON events count."""
    pool: int = Field(default=1, ge=1, le=4096)
    """Side of the squares of pixels that share a channel, in px."""

    @property
    def planes(self) -> tuple[str, ...]:
        """Names of the channel planes, each of one channel per pooled pixel."""
        return _PLANES[self.polarity]

    def grid(self, width: int, height: int) -> tuple[int, int]:
        """Return columns and rows of pooled pixels for a sensor of `width` × `height` px."""
        return -(-width // self.pool), -(-height // self.pool)

    @abstractmethod
    def encode(self, stream: EventStream, duration: float) -> SpikeTrain:
        """Return one sample.

        Args:
            stream: the recording.
            duration: length of the sample in ms; events at or after it are counted as dropped.
        """

    def _spikes(self, stream: EventStream, duration: float, *, count: bool) -> SpikeTrain:
        placed = self._placed(stream, duration)
        train = SpikeTrain.from_pairs(
            placed.times // self._dt_us,
            placed.channels,
            dt=self.dt,
            n_steps=self.steps(duration),
            n_channels=self.channels(stream.width, stream.height),
            count=count,
            dropped=placed.dropped,
        )
        merged = 0 if count else len(placed.times) - train.nnz
        return train if merged == 0 else replace(train, dropped={**train.dropped, MERGED: merged})

    def _placed(self, stream: EventStream, duration: float) -> Placed:
        events = stream.events
        late = events["t"] >= round(duration * 1000.0)
        plane = np.array(_PLANE_OF[self.polarity])[events["p"]]
        kept = ~late & (plane >= 0)
        dropped = {AFTER_DURATION: int(late.sum()), OFF: int((~late & (plane < 0)).sum())}
        return Placed(events["t"][kept], self._channel(stream, plane)[kept], dropped)

    def _channel(self, stream: EventStream, plane: NDArray[np.int64]) -> NDArray[np.int64]:
        columns, rows = self.grid(stream.width, stream.height)
        x, y = stream.events["x"] // self.pool, stream.events["y"] // self.pool
        # `plane` is int64, so the products do not end at 65,535 as those of x and y would.
        channel: NDArray[np.int64] = (plane * rows + y) * columns + x
        return channel
