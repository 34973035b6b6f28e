"""What a filter is: it takes events out of a recording, the same ones every time."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, NamedTuple

from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import Component


class Sweep(NamedTuple):
    """A parameter that decides how much a filter of noise takes out, and values across its range.

    Attributes:
        parameter: its name.
        values: ascending, from almost nothing taken out to almost all or the other way round.
        unit: of the values, as it is written behind them.
    """

    parameter: str
    values: tuple[float, ...]
    unit: str


class Filter(Component):
    """Takes events out of a recording before it is encoded, and counts them.

    Attributes:
        swept: what is varied to see how well it tells noise from signal; None of a filter that is
            not for this.
    """

    discriminator: ClassVar[str] = "type"
    swept: ClassVar[Sweep | None] = None

    @abstractmethod
    def apply(self, stream: EventStream) -> EventStream:
        """Return the recording without the events that the filter refuses.

        How many these are is counted in `dropped` under the filter's name, 0 included.

        Raises:
            DataError: the filter does not fit the recording's sensor.
        """

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return width and height that a sensor of `width` × `height` px has afterwards, in px."""
        return width, height

    def checks(self, width: int, height: int) -> list[tuple[str, str]]:
        """Return what does not fit a sensor of `width` × `height` px, as (key, message)."""
        return []
