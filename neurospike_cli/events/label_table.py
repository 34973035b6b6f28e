"""Tables of labels beside recordings: CSV with known columns, read with the number of each line."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from neurospike_cli.errors import DataError


class Row(NamedTuple):
    """The values of a line by column, and which line of the file it is."""

    line: int
    values: dict[str, str]


def read_table(path: Path, columns: Sequence[str]) -> list[Row]:
    """Return the lines of a CSV with exactly these columns, in any order; empty lines are none.

    Raises:
        DataError: the file cannot be read, or is no such table.
    """
    where, said = str(path), " and ".join([", ".join(columns[:-1]), columns[-1]])
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            if sorted(header) != sorted(columns):
                message = f"line 1: the columns must be {said}; got {', '.join(header)}"
                raise DataError(message, where=where)
            return [Row(reader.line_num, _values(header, row, reader.line_num, where))
                    for row in reader if row]  # fmt: skip
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=where) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"is no CSV in UTF-8: {error}", where=where) from error


def _values(header: list[str], row: list[str], line: int, where: str) -> dict[str, str]:
    if len(row) != len(header):
        message = f"line {line}: has {len(row)} columns; expected {len(header)}"
        raise DataError(message, where=where)
    return dict(zip(header, (value.strip() for value in row), strict=True))
