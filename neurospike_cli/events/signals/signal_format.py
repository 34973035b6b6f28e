"""What a format of signal files is: it knows its files by their content and reads them whole."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, Strict

from neurospike_cli.errors import DataError
from neurospike_cli.events.signals.signal import SignalFile
from neurospike_cli.registry import Component, Parameters
from neurospike_cli.units import Hertz

#: µs in a unit of time.
UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6}


class SignalReading(Parameters):
    """How files of signals are read, whatever their format."""

    sampling_rate: Hertz | None = Field(default=None, gt=0.0, le=1e9)
    """Rows per second; a column of times is then left aside; without it, by the file, in Hz."""
    time_column: str | None = None
    """Name of the column of times; without it, the one that is called t, time or timestamp."""
    time_unit: Literal["us", "ms", "s"] | None = None
    """Unit of the column of times; without it, what its name ends with, as in `t_ms`."""
    class_column: str | None = None
    """Name of the column of classes; without it, the one that is called class, label or target."""
    channels: Annotated[tuple[str, ...], Strict(False)] | None = Field(default=None, min_length=1)
    """Names of the channels that are used, in this order; without it, all others columns."""
    missing: Literal["error", "drop"] = "error"
    """What is done with a row that has an empty field, `nan` or `?`."""


class SignalFormat(SignalReading, Component):
    """A kind of signal file."""

    discriminator: ClassVar[str] = "format"

    @abstractmethod
    def sniff(self, head: str) -> bool:
        """Say whether a file is of this format, by its first lines and never by its name."""

    @abstractmethod
    def is_timed(self, path: Path) -> bool:
        """Say whether the file or the parameters tell when its rows were sampled."""

    @abstractmethod
    def read(self, path: Path) -> SignalFile:
        """Return all that a file holds.

        Raises:
            DataError: the file is missing, damaged or does not fit the parameters.
        """

    def row_period(self, where: str) -> float:
        """Return the time between two rows in µs, where the file does not tell it.

        Raises:
            DataError: the parameters do not tell it either.
        """
        if self.sampling_rate is None:
            raise DataError(
                "does not tell when its rows were sampled",
                where=where,
                hint="set `data.sampling_rate`, in Hz, or the column and unit of its times: "
                "`data.time_column`, `data.time_unit`",
            )
        return 1e6 / self.sampling_rate

    def chosen(self, names: tuple[str, ...], where: str) -> tuple[int, ...]:
        """Return the indices of the channels that are used.

        Raises:
            DataError: there is no channel of a name that `channels` asks for, or none at all.
        """
        absent = [name for name in self.channels or () if name not in names]
        if absent or not names:
            raise DataError(
                f"has no channel {absent[0]!r}" if absent else "has no column of numbers",
                where=where,
                hint=f"its channels: {', '.join(names)}" if names else "a channel is a column",
            )
        return tuple(map(names.index, self.channels or names))
