"""Rows of a table of signals: many at once where they are sound, else to the field that is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.signals._columns import Columns
from neurospike_cli.events.signals._numbers import is_refused, number_of, refuse_field
from neurospike_cli.events.signals._signal_text import Line

_LONGEST_NAME = 64
#: One character more than a class name may have, so that a longer one is seen and not cut.
_NAME = f"U{_LONGEST_NAME + 1}"


_Parsed = tuple[NDArray[np.float64], NDArray[np.str_]]


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of a table.

    Attributes:
        lines: the number of each one's line, (row,).
        times: as they stand there, NaN where one is missing; of no meaning without a column of
            times, (row,).
        values: of the channels that are used, NaN where one is missing, (row, channel).
        labels: the class of each; empty names without a column of classes, (row,).
    """

    lines: NDArray[np.int64]
    times: NDArray[np.float64]
    values: NDArray[np.float64]
    labels: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def is_complete(self) -> NDArray[np.bool_]:
        """Whether a row has all values, and its time, (row,)."""
        complete: NDArray[np.bool_] = ~(np.isnan(self.times) | np.isnan(self.values).any(axis=1))
        return complete


def joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of all parts, one after the other."""
    return Rows(
        np.concatenate([part.lines for part in parts]),
        np.concatenate([part.times for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def rows_of(lines: Sequence[Line], columns: Columns, path: str, *, may_miss: bool) -> Rows:
    """Return the rows that some lines hold.

    Args:
        lines: them, one at least; none is blank.
        columns: what is where.
        path: for messages.
        may_miss: whether a missing value is NaN, or an error.

    Raises:
        DataError: a line has too few or too many fields, or a field is no finite number; the
            message names the first one.
    """
    numbers, names = _fast(lines, columns) or _slow(lines, columns, path)
    wrong = np.isinf(numbers) if may_miss else ~np.isfinite(numbers)
    refused = wrong.any(axis=1) | (np.strings.str_len(names) > _LONGEST_NAME)
    if refused.any():
        first = int(np.argmax(refused))
        raise _refusal(lines[first], columns, path, may_miss=may_miss)
    place = {column: i for i, column in enumerate(columns.numeric)}
    zeros = np.zeros(len(lines))
    return Rows(
        np.array([line.number for line in lines], dtype=np.int64),
        zeros if columns.time is None else numbers[:, place[columns.time]],
        numbers[:, [place[column] for column in columns.channels]],
        np.strings.strip(np.strings.strip(names), '"'),
    )


def _fast(lines: Sequence[Line], columns: Columns) -> _Parsed | None:
    """Return the columns of numbers, (row, column), and the classes; None if a field is wrong."""
    # What is not looked at is cut to one character.
    kinds = dict.fromkeys(range(len(columns.names)), "U1")
    kinds |= dict.fromkeys(columns.numeric, "<f8")
    kinds |= {} if columns.label is None else {columns.label: _NAME}
    try:
        rows = np.loadtxt(
            [line.text for line in lines],
            dtype=np.dtype([(f"c{i}", kind) for i, kind in kinds.items()]),
            delimiter=columns.separator,
            comments=None,
            ndmin=1,
        )
    except ValueError:
        return None
    numbers = np.stack([rows[f"c{i}"] for i in columns.numeric], axis=1)
    unnamed = np.zeros(len(rows), _NAME)
    return numbers, unnamed if columns.label is None else rows[f"c{columns.label}"]


def _slow(lines: Sequence[Line], columns: Columns, path: str) -> _Parsed:
    """Return the same field by field, which may be missing or name the wrong one."""
    numbers, names = np.zeros((len(lines), len(columns.numeric))), np.zeros(len(lines), _NAME)
    for row, line in enumerate(lines):
        fields = line.text.split(columns.separator)
        found = [number_of(fields[i]) for i in columns.numeric if i < len(fields)]
        if len(fields) != len(columns.names) or None in found:
            raise _refusal(line, columns, path, may_miss=True)
        numbers[row] = found
        if columns.label is not None:
            names[row] = fields[columns.label].strip()
    return numbers, names


def _refusal(line: Line, columns: Columns, path: str, *, may_miss: bool) -> DataError:
    """Return the error about the first wrong field of a line, or about how many there are."""
    fields = line.text.split(columns.separator)
    if len(fields) != len(columns.names):
        return DataError(
            f"has {len(fields)} fields; the first line has {len(columns.names)}",
            where=f"{path}:{line.number}",
            hint="complete the line, or take it out; a file that was cut off ends like this",
        )
    starts = list(accumulate((len(field) + 1 for field in fields), initial=1))
    for i in columns.numeric:
        if is_refused(fields[i], may_miss=may_miss):
            where = f"{path}:{line.number}:{starts[i]}"
            return refuse_field(fields[i], f"`{columns.names[i]}`", where)
    return DataError(
        f"the name of the class is longer than {_LONGEST_NAME} characters",
        where=f"{path}:{line.number}:{starts[columns.label or 0]}",
        hint="shorten it",
    )
