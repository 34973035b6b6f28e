"""Which recordings a folder holds and what their classes are.

| layout | meaning |
|---|---|
| ``<root>/<class>/<any file>`` | every file in it, at any depth, is a recording of the class |
| ``<root>/<class>.<ending>`` | a file is a recording, and named after its class |
| a CSV with the columns ``file`` and ``class`` | paths from the root, and the class of each |

Hidden files and folders are left out. Recordings are in the order of class and path.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from neurospike_cli.errors import DataError
from neurospike_cli.events.class_name import require_class_names
from neurospike_cli.events.layouts.label_table import Row, read_table

_COLUMNS = ("file", "class")


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
    _require_folder(root)
    folders = sorted(path for path in root.iterdir() if path.is_dir() and _is_shown(path))
    rows = [(path.name, file) for path in folders for file in _files(path)]
    empty = [path for path in folders if path.name not in {name for name, _ in rows}]
    if empty or not folders:
        raise DataError(
            "has no files" if empty else "has no folder for each class",
            where=str(empty[0] if empty else root),
            hint="put recordings into `<root>/<class>/`, or give `data.labels_file`, a CSV, or set "
            "`data.class_of` to file",
        )
    return _numbered(rows, most)


def named_files(root: Path, most: int | None) -> RecordingFolder:
    """Return the recordings directly in a folder, each of the class that it is named after.

    Args:
        root: the folder.
        most: as in `class_folders`.

    Raises:
        DataError: there is no such folder, or no file in it.
    """
    _require_folder(root)
    files = sorted(path for path in root.iterdir() if path.is_file() and _is_shown(path))
    if not files:
        raise DataError("has no files", where=str(root), hint="set `data.root` to the recordings")
    return _numbered([(path.stem, path) for path in files], most)


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
    rows = [_named(row, root, where) for row in read_table(table, _COLUMNS)]
    if not rows:
        raise DataError("names no recordings", where=where, hint="give each file a line")
    if len({file for _, file in rows}) < len(rows):
        raise DataError("names a recording twice", where=where, hint="give each file one line")
    return _numbered(sorted(rows), most)


def _named(row: Row, root: Path, where: str) -> tuple[str, Path]:
    path = root / row.values["file"]
    if not _is_file(path):
        message = f"line {row.line}: there is no file {row.values['file'][:200]!r}"
        raise DataError(message, where=where, hint=f"paths start from {root}")
    return row.values["class"], path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have, as one of 10,000 characters
        return False


def _require_folder(root: Path) -> None:
    if not root.is_dir():
        raise DataError("is no folder", where=str(root), hint="set `data.root` to the recordings")


def _numbered(rows: list[tuple[str, Path]], most: int | None) -> RecordingFolder:
    classes = tuple(sorted({name for name, _ in rows}))
    require_class_names(classes, str(rows[0][1].parent))
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
