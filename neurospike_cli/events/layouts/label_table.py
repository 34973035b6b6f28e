"""Tables of labels beside recordings: CSV with known columns, read with the number of each line."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from neurospike_cli.errors import DataError

#: The largest table that is read; a line takes some 50 bytes.
MAX_BYTES = 2**26


class Row(NamedTuple):
    """The values of a line by column, and which line of the file it is."""

    line: int
    values: dict[str, str]


def read_table(path: Path, columns: Sequence[str]) -> list[Row]:
    """Return the lines of a CSV with exactly these columns, in any order; empty lines are none.

    Raises:
        DataError: the file cannot be read, or is no such table.
    """
    where, hint = str(path), f"give it a first line `{','.join(columns)}`, and lines like it"
    try:
        if not path.is_file():
            raise DataError("cannot be read: no such file", where=where, hint=hint)
        if path.stat().st_size > MAX_BYTES:
            raise DataError(f"is larger than {MAX_BYTES} bytes", where=where, hint=hint)
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            if sorted(header) != sorted(columns):
                said = " and ".join([", ".join(columns[:-1]), columns[-1]])
                message = f"line 1: the columns must be {said}; got {', '.join(header)}"
                raise DataError(message, where=where, hint=hint)
            rows = [(reader.line_num, row) for row in reader if row]
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=where) from error
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"is no CSV in UTF-8: {error}"
        raise DataError(message, where=where, hint=hint) from error
    for line, row in rows:
        if len(row) != len(header):
            message = f"line {line}: has {len(row)} columns; expected {len(header)}"
            raise DataError(message, where=where, hint=hint)
    return [Row(n, dict(zip(header, map(str.strip, row), strict=True))) for n, row in rows]
