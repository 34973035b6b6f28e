"""Which recordings a folder holds and what their classes are: a folder per class, or a table.

| layout | meaning |
|---|---|
| ``<root>/<class>/<any file>`` | every file in it, at any depth, is a recording of the class |
| a CSV with the columns ``file`` and ``class`` | paths from the root, and the class of each |

Hidden files and folders are left out. Recordings are in the order of class and path.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from neurospike_cli.errors import DataError

_COLUMNS = ("file", "class")
_TABLE = "give it a first line `file,class` and a line for each recording"
#: The largest table that is read; a line takes some 50 bytes.
_MAX_BYTES = 2**26


@dataclass(frozen=True)
class RecordingFolder:
    """Recordings and their classes.

    Attributes:
        classes: their names in alphabetical order.
        files: each recording, by class and path.
        labels: index of the class of each.
    """

    classes: tuple[str, ...]
    files: tuple[Path, ...]
    labels: tuple[int, ...]


def class_folders(root: Path, most: int | None) -> RecordingFolder:
    """Return the recordings of a folder with a folder for each class.

    Args:
        root: the folder.
        most: how many recordings of each class are taken at most; None = all.

    Raises:
        DataError: there is no such folder, or a class has no files.
    """
    if not root.is_dir():
        raise DataError("is no folder", where=str(root), hint="set `data.root` to the recordings")
    folders = sorted(path for path in root.iterdir() if path.is_dir() and _is_shown(path))
    rows = [(path.name, file) for path in folders for file in _files(path)]
    empty = [path for path in folders if path.name not in {name for name, _ in rows}]
    if empty or not folders:
        raise DataError(
            "has no files" if empty else "has no folder for each class",
            where=str(empty[0] if empty else root),
            hint="put recordings into `<root>/<class>/`, or give `data.labels`, a CSV",
        )
    return _numbered(rows, most)


def labelled_files(root: Path, table: Path, most: int | None) -> RecordingFolder:
    """Return the recordings that a CSV with the columns ``file`` and ``class`` names.

    Args:
        root: what the paths in it start from.
        table: the CSV.
        most: as in `class_folders`.

    Raises:
        DataError: the table cannot be read, is none, or names what is not there.
    """
    where = str(table)
    try:
        if not table.is_file():
            raise DataError("cannot be read: no such file", where=where, hint=_TABLE)
        if table.stat().st_size > _MAX_BYTES:
            raise DataError(f"is larger than {_MAX_BYTES} bytes", where=where, hint=_TABLE)
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            if sorted(header) != sorted(_COLUMNS):
                message = f"line 1: the columns must be file and class; got {', '.join(header)}"
                raise DataError(message, where=where, hint=_TABLE)
            rows = [_row(header, row, reader.line_num, root, where) for row in reader if row]
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=where) from error
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"is no CSV in UTF-8: {error}"
        raise DataError(message, where=where, hint=_TABLE) from error
    if not rows:
        raise DataError("names no recordings", where=where, hint=_TABLE)
    if len({file for _, file in rows}) < len(rows):
        raise DataError("names a recording twice", where=where, hint="give each file one line")
    return _numbered(sorted(rows), most)


def _row(header: list[str], row: list[str], line: int, root: Path, where: str) -> tuple[str, Path]:
    if len(row) != len(header):
        message = f"line {line}: has {len(row)} columns; expected 2"
        raise DataError(message, where=where, hint=_TABLE)
    values = dict(zip(header, (value.strip() for value in row), strict=True))
    path = root / values["file"]
    if not path.is_file():
        message = f"line {line}: there is no file {values['file'][:200]!r}"
        raise DataError(message, where=where, hint=f"paths start from {root}")
    return values["class"], path


def _numbered(rows: list[tuple[str, Path]], most: int | None) -> RecordingFolder:
    classes = tuple(sorted({name for name, _ in rows}))
    for name in classes:
        if not (0 < len(name) <= 64 and name.isprintable()):
            message = f"a class name must be 1 to 64 printable characters; got {name!r}"
            raise DataError(message, where=str(rows[0][1].parent), hint="name it otherwise")
    taken = [
        (label, path)
        for label, name in enumerate(classes)
        for path in [path for of, path in rows if of == name][:most]
    ]
    return RecordingFolder(
        classes, tuple(path for _, path in taken), tuple(label for label, _ in taken)
    )


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if all(map(_is_shown, _below(path, folder))))


def _below(path: Path, folder: Path) -> list[Path]:
    return [Path(part) for part in path.relative_to(folder).parts]


def _is_shown(path: Path) -> bool:
    return not path.name.startswith(".")
