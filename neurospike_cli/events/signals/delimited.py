r"""Tables of signals: one row a sample, one column a channel, separated by tabs, ``;`` or ``,``.

Columns are described in `_columns.py`, numbers in `_numbers.py`. Lines that begin with ``#`` may
stand before the first row. Rows of one class, one after the other, are one signal.

| what finds no place | counted as |
|---|---|
| rows without a time or a value, with `missing: drop` | ``rows_with_missing_values`` |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, dropwhile, pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.reasons import WITH_MISSING
from neurospike_cli.events.signals._columns import Columns, columns_of, fields_of, separator_of
from neurospike_cli.events.signals._numbers import is_number
from neurospike_cli.events.signals._rows import Rows, joined, rows_of
from neurospike_cli.events.signals._signal_text import Line, head_of, line_blocks
from neurospike_cli.events.signals.signal import MOST_VALUES, Signal, SignalFile
from neurospike_cli.events.signals.signal_format import SignalFormat

#: Beyond this whole numbers of µs are not exact in float64.
_LATEST = 2.0**53


class Delimited(SignalFormat):
    """Delimited text."""

    format: Literal["delimited"] = "delimited"

    def sniff(self, head: str) -> bool:
        """Say whether the first lines are numbers, or names and then numbers."""
        lines = [line for line in head.splitlines() if line.strip() and not line.startswith("#")]
        if not lines or "\x00" in head:
            return False
        separator = separator_of(lines[0])
        numbers = [list(map(is_number, fields_of(line, separator))) for line in lines[:2]]
        has_names = any(numbers[1]) if len(lines) > 1 else separator in lines[0]
        return all(numbers[0]) or has_names

    def is_timed(self, path: Path) -> bool:
        """Say whether there is a sampling rate, or a column of times with a unit."""
        lines = [Line(i, text) for i, text in enumerate(head_of(path).splitlines(), 1)]
        columns = columns_of(next(filter(_is_content, lines)), self, str(path))
        return self.sampling_rate is not None or columns.unit is not None

    def read(self, path: Path) -> SignalFile:
        """Return the rows of a table, cut where their class changes."""
        blocks = _content(path)
        first = next(blocks, [])
        if not first:
            raise _empty(path)
        columns = columns_of(first[0], self, str(path))
        rows = self._rows(chain([first[columns.is_named :]], blocks), columns, path)
        times = self._times(rows, columns, str(path))
        names = tuple(columns.names[i] for i in columns.channels)
        return SignalFile(names, tuple(_signals(rows, times, columns, path)))

    def _rows(self, blocks: Iterable[list[Line]], columns: Columns, path: Path) -> Rows:
        """Return all rows of a table."""
        parts, count, may_miss = [], 0, self.missing == "drop"
        for block in filter(None, blocks):
            parts.append(rows_of(block, columns, str(path), may_miss=may_miss))
            count += parts[-1].values.size
            if count > MOST_VALUES:
                message = f"has more than {MOST_VALUES:,} numbers"
                raise DataError(message, where=str(path), hint="cut the file into parts")
        if not any(part.is_complete.any() for part in parts):
            raise _empty(path)
        return joined(parts)

    def _times(self, rows: Rows, columns: Columns, where: str) -> NDArray[np.float64]:
        """Return when each row was sampled, in µs; NaN where the row does not tell."""
        if columns.time is None or columns.unit is None:
            return np.arange(len(rows), dtype=np.float64) * self.row_period(where)
        times: NDArray[np.float64] = rows.times * columns.unit
        told = ~np.isnan(times)
        lines, known = rows.lines[told], times[told]
        wrong = np.abs(known) >= _LATEST
        wrong[1:] |= known[1:] < known[:-1]
        if wrong.any():
            first = int(np.argmax(wrong))
            raise DataError(
                f"`{columns.names[columns.time]}` is {rows.times[told][first]:.17g}, "
                "earlier than the row before or beyond 2^53 us",
                where=f"{where}:{lines[first]}",
                hint="sort the rows by time, or set `data.sampling_rate` to leave the times aside",
            )
        return times


def _signals(
    rows: Rows, times: NDArray[np.float64], columns: Columns, path: Path
) -> Iterator[Signal]:
    """Yield the stretches of one class; rows that miss something belong to the one they stand in.

    A stretch that consists of nothing else is counted with the one before, or with the next.
    """
    kept = rows.is_complete & ~np.isnan(times)
    lines, labels, values = rows.lines[kept], rows.labels[kept], rows.values[kept]
    cuts = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    # The first stretch counts what was left out before it too.
    begins = np.flatnonzero(kept)[cuts]
    left_out = [int((~part).sum()) for part in np.split(kept, begins)]
    stretches = zip(pairwise([0, *cuts.tolist(), len(lines)]), left_out, strict=True)
    for (start, end), dropped in stretches:
        yield Signal(
            times[kept][start:end].copy(),
            values[start:end].copy(),
            None if columns.label is None else str(labels[start]),
            f"{path}:{lines[start]}",
            {WITH_MISSING: dropped} if dropped else {},
        )


def _content(path: Path) -> Iterator[list[Line]]:
    """Yield the lines of a table without the comments that it begins with."""
    is_head = True
    for block in line_blocks(path):
        lines = list(dropwhile(_is_comment, block)) if is_head else block
        is_head = is_head and not lines
        if lines:
            yield lines


def _is_comment(line: Line) -> bool:
    return line.text.startswith("#")


def _is_content(line: Line) -> bool:
    return bool(line.text.strip()) and not _is_comment(line)


def _empty(path: Path) -> DataError:
    return DataError(
        "has no rows with values",
        where=str(path),
        hint="check that the recording was not stopped before it began",
    )
