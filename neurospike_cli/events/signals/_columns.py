"""What the columns of a table of signals are, from its first line.

| first line | meaning |
|---|---|
| ``time,ch1,ch2,class`` | names: times, channels and the class of each row, in any order |
| ``0.1,0.2`` | without names every column is a channel: channel1, channel2 |

The separator is the first of tab, ``;`` and ``,`` that the line has. The unit of times is what the
name ends with, as in ``t_ms``, ``time (s)`` or ``time [us]``, or `time_unit`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from neurospike_cli.errors import DataError
from neurospike_cli.events.signals._numbers import is_number
from neurospike_cli.events.signals._signal_text import Line
from neurospike_cli.events.signals.signal_format import UNITS, SignalFormat

_SEPARATORS = ("\t", ";", ",")
_TIMES = ("t", "time", "timestamp", "timestamps")
_CLASSES = ("class", "label", "target")


@dataclass(frozen=True)
class Columns:
    """How a table is laid out.

    Attributes:
        names: of all columns.
        separator: between them.
        is_named: whether the first line holds the names.
        channels: indices of the channels that are used.
        time: index of the times; None where rows are counted.
        unit: µs in a unit of them; None where nothing tells.
        label: index of the classes, None where there are none.

    What other columns hold is not looked at.
    """

    names: tuple[str, ...]
    separator: str
    is_named: bool
    channels: tuple[int, ...]
    time: int | None
    unit: float | None
    label: int | None

    @property
    def numeric(self) -> tuple[int, ...]:
        """Indices of the columns that must hold numbers, ascending."""
        return tuple(sorted({*self.channels, *(() if self.time is None else (self.time,))}))


def separator_of(line: str) -> str:
    """Return the separator of a line; a comma where it is a single field."""
    return next((mark for mark in _SEPARATORS if mark in line), ",")


def fields_of(line: str, separator: str) -> tuple[str, ...]:
    """Return the fields of a line, without spaces and quotes around them."""
    return tuple(field.strip().strip('"') for field in line.split(separator))


def columns_of(line: Line, reading: SignalFormat, path: str) -> Columns:
    """Return the layout that the first line of a table tells.

    Args:
        line: it.
        reading: which columns are which, where it says so.
        path: for messages.

    Raises:
        DataError: names and numbers are mixed, a name is missing or there twice, or a column that
            is asked for is not there.
    """
    where = f"{path}:{line.number}"
    separator = separator_of(line.text)
    fields = fields_of(line.text, separator)
    is_named = not all(map(is_number, fields))
    names = fields if is_named else tuple(f"channel{i + 1}" for i in range(len(fields)))
    _check_names(names, where)
    time = _index(names, reading.time_column, _TIMES, "time_column", where)
    label = _index(names, reading.class_column, _CLASSES, "class_column", where)
    others = tuple(name for i, name in enumerate(names) if i not in (time, label))
    channels = tuple(names.index(others[i]) for i in reading.chosen(others, where))
    unit = None if time is None else UNITS.get(reading.time_unit or _split(names[time])[1])
    if reading.sampling_rate is not None:
        time, unit = None, None
    return Columns(names, separator, is_named, channels, time, unit, label)


def _check_names(names: tuple[str, ...], where: str) -> None:
    hint = "give each column a name of its own in the first line, or leave all names out"
    numbers = [name for name in names if is_number(name)]
    if numbers:
        message = f"mixes names of columns and numbers, such as {numbers[0]!r}"
        raise DataError(message, where=where, hint=hint)
    if "" in names:
        raise DataError(f"column {names.index('') + 1} has no name", where=where, hint=hint)
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if twice:
        raise DataError(f"two columns are called {twice[0]!r}", where=where, hint=hint)


def _index(
    names: tuple[str, ...], asked: str | None, usual: tuple[str, ...], key: str, where: str
) -> int | None:
    """Return the index of the column that is asked for, or else of one with a usual name."""
    if asked is None:
        return next((i for i, name in enumerate(names) if _split(name)[0] in usual), None)
    if asked not in names:
        raise DataError(
            f"has no column {asked!r}",
            where=where,
            hint=f"set `data.{key}` to one of {', '.join(names)}",
        )
    return names.index(asked)


def _split(name: str) -> tuple[str, str]:
    """Return a name in small letters, and the unit that it ends with."""
    plain = name.lower().replace("µ", "u").replace("μ", "u").rstrip("])")
    head, _, unit = re.sub(r"[\s\[(]+", "_", plain).rpartition("_")
    return (head, unit) if unit in UNITS and head else (plain, "")
