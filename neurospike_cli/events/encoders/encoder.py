"""What every encoder is: steps in time, and planes of channels that lie as pixels do.

channel = (plane * rows + row) * columns + column
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from neurospike_cli.registry import Component
from neurospike_cli.units import Milliseconds


def whole_microseconds(value: float) -> float:
    """Return a time in ms as it is; one that is no whole number of µs is refused."""
    if round(value * 1000.0) < 1 or abs(value * 1000.0 - round(value * 1000.0)) > 1e-6:
        raise ValueError(f"must be a whole number of µs; got {value * 1000.0:g} µs")
    return value


class Encoder(Component):
    """Turns recordings into spikes on channels, in steps of `dt`.

    What it turns, and how, says the kind of encoder; a source names the kind that fits it.
    """

    discriminator: ClassVar[str] = "type"
    #: Keys below `data` that make fewer channels.
    width_keys: ClassVar[tuple[str, ...]] = ()

    dt: Annotated[Milliseconds, AfterValidator(whole_microseconds)] = Field(
        default=1.0, gt=0.0, le=1e6
    )
    """Width of a time step, a whole number of µs, in ms."""

    @property
    @abstractmethod
    def planes(self) -> tuple[str, ...]:
        """Names of the channel planes."""

    def grid(self, width: int, height: int) -> tuple[int, int]:
        """Return columns and rows of a plane for a sensor of `width` × `height` px."""
        return width, height

    def channels(self, width: int, height: int) -> int:
        """Return the number of channels for a sensor of `width` × `height` px."""
        columns, rows = self.grid(width, height)
        return len(self.planes) * columns * rows

    def steps(self, duration: float) -> int:
        """Return the number of steps that hold `duration` ms, the last one perhaps in part."""
        return max(1, -(-round(duration * 1000.0) // self._dt_us))

    def checks(self, duration: float) -> list[tuple[str, str]]:
        """Return what does not fit samples of `duration` ms, as (key, message)."""
        return self._longer({"dt": self.dt}, duration)

    def _longer(self, times: Mapping[str, float], duration: float) -> list[tuple[str, str]]:
        message = f"must not exceed the duration of {duration:g} ms"
        return [
            (key, f"{message}; got {time:g} ms") for key, time in times.items() if time > duration
        ]

    @property
    def _dt_us(self) -> int:
        return round(self.dt * 1000.0)
