"""What an encoder is, and where an event finds its channel.

channel = (plane * rows + y // pool) * columns + x // pool,   columns = ceil(width / pool)
step    = t // dt, in integer µs

| polarity | planes | what an event's polarity does |
|---|---|---|
| merge | events | nothing |
| separate | on, off | ON events are plane 0, OFF events plane 1 |
| on_only | on | OFF events are left out |
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import Component
from neurospike_cli.units import Milliseconds

_PLANES = {"merge": ("events",), "separate": ("on", "off"), "on_only": ("on",)}
#: Plane of an OFF and of an ON event; -1 is none.
_PLANE_OF = {"merge": (0, 0), "separate": (1, 0), "on_only": (-1, 0)}


def _whole_microseconds(value: float) -> float:
    if round(value * 1000.0) < 1 or abs(value * 1000.0 - round(value * 1000.0)) > 1e-6:
        raise ValueError(f"must be a whole number of µs; got {value * 1000.0:g} µs")
    return value


class Encoder(Component):
    """Turns the events of a recording into spikes on channels, in steps of `dt`."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "binary"

    dt: Annotated[Milliseconds, AfterValidator(_whole_microseconds)] = Field(
        default=1.0, gt=0.0, le=1e6
    )
    """Width of a time step, a whole number of µs, in ms."""
    polarity: Literal["merge", "separate", "on_only"] = "merge"
    """Whether ON and OFF events share channels, have their own, or only ON events count."""
    pool: int = Field(default=1, ge=1, le=4096)
    """Side of the squares of pixels that share a channel, in px."""

    @property
    def planes(self) -> tuple[str, ...]:
        """Names of the channel planes, each of one channel per pooled pixel."""
        return _PLANES[self.polarity]

    def channels(self, width: int, height: int) -> int:
        """Return the number of channels for a sensor of `width` × `height` px."""
        return len(self.planes) * -(-width // self.pool) * -(-height // self.pool)

    def steps(self, duration: float) -> int:
        """Return the number of steps that hold `duration` ms, the last one perhaps in part."""
        return max(1, -(-round(duration * 1000.0) // self._dt_us))

    @abstractmethod
    def encode(self, stream: EventStream, duration: float) -> SpikeTrain:
        """Return one sample.

        Args:
            stream: the recording.
            duration: length of the sample in ms; events at or after it are counted as dropped.
        """

    @property
    def _dt_us(self) -> int:
        return round(self.dt * 1000.0)

    def _spikes(self, stream: EventStream, duration: float, *, count: bool) -> SpikeTrain:
        events = stream.events
        late = events["t"] >= round(duration * 1000.0)
        plane = np.array(_PLANE_OF[self.polarity])[events["p"]]
        kept = ~late & (plane >= 0)
        return SpikeTrain.from_pairs(
            events["t"][kept] // self._dt_us,
            self._channel(stream, plane)[kept],
            dt=self.dt,
            n_steps=self.steps(duration),
            n_channels=self.channels(stream.width, stream.height),
            count=count,
            dropped=int(late.sum()),
        )

    def _channel(self, stream: EventStream, plane: NDArray[np.int64]) -> NDArray[np.int64]:
        columns, rows = -(-stream.width // self.pool), -(-stream.height // self.pool)
        x, y = stream.events["x"] // self.pool, stream.events["y"] // self.pool
        # `plane` is int64, so the products do not end at 65,535 as those of x and y would.
        channel: NDArray[np.int64] = (plane * rows + y) * columns + x
        return channel
