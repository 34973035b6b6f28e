"""The layout of the DVS gestures (Amir et al. 2017): long recordings, and when each gesture was.

| file | holds |
|---|---|
| ``<name>.aedat`` | a recording, e.g. of one person in one light |
| ``<name>_labels.csv`` | a gesture a line: ``class``, ``startTime_usec``, ``endTime_usec`` |
| ``gesture_mapping.csv`` | ``action`` and ``label``: what the classes are called; may be missing |
| ``trials_to_train.txt``, ``trials_to_test.txt`` | a name of a recording a line; may be missing |

Recordings are in the order of their names, gestures in the order of their table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from neurospike_cli.errors import DataError
from neurospike_cli.events.class_name import require_class_names
from neurospike_cli.events.layouts.label_table import Row, read_table

SUFFIX, TABLE = ".aedat", "_labels.csv"
MAPPING, TRAIN_LIST, TEST_LIST = "gesture_mapping.csv", "trials_to_train.txt", "trials_to_test.txt"
_COLUMNS = ("class", "startTime_usec", "endTime_usec")
_LARGEST = 2**63 - 1


class Gesture(NamedTuple):
    """Events with begin <= t < end, in µs, of the recording with this index; its class's number."""

    recording: int
    number: int
    begin: int
    end: int


@dataclass(frozen=True)
class GestureFolder:
    """Recordings and the gestures in them.

    Attributes:
        files: the recordings, by name.
        gestures: of all recordings, one recording after the other.
        names: what a class number is called, where that is told.
    """

    files: tuple[Path, ...]
    gestures: tuple[Gesture, ...]
    names: Mapping[int, str]


def gesture_folder(root: Path, most: int | None, unlabelled: str = "error") -> GestureFolder:
    """Return the recordings of a folder and their gestures.

    Args:
        root: the folder.
        most: how many recordings are taken at most, in the order of their names; None = all.
        unlabelled: whether recordings without a table are an ``error``, or left out: ``drop``.

    Raises:
        DataError: there is no such folder, no recording in it, or a table is missing or damaged.
    """
    found = sorted(root.glob(f"*{SUFFIX}")) if root.is_dir() else []
    files = [path for path in found if _table_of(path).is_file()]
    bare = [path for path in found if path not in files]
    if files and bare and unlabelled == "error":
        raise DataError(
            f"has no table of gestures beside it, {_table_of(bare[0]).name}; "
            f"{len(bare)} of {len(found)} recordings are like this",
            where=str(bare[0]),
            hint="add the table, or leave such recordings out: `data.unlabelled: drop`",
        )
    files = files[:most]
    if not files:
        raise DataError(
            f"has no recordings with gestures: no `NAME{SUFFIX}` beside a `NAME{TABLE}`",
            where=str(root),
            hint="set `data.root` to the folder that the gestures were unpacked to",
        )
    gestures = [g for i, path in enumerate(files) for g in _gestures(i, _table_of(path))]
    mapping = root / MAPPING
    names = _names(mapping) if mapping.exists() else {}
    return GestureFolder(tuple(files), tuple(gestures), names)


def listed(folder: GestureFolder, table: Path) -> list[int]:
    """Return the recordings that a list names, ascending.

    Raises:
        DataError: the list cannot be read, or names a recording that is not there.
    """
    try:
        lines = table.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"cannot be read: {error}",
            where=str(table),
            hint="set `data.split_by` to recording to divide without lists",
        ) from error
    index = {path.name: i for i, path in enumerate(folder.files)}
    named = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    missing = [f"line {number}: {name}" for number, name in named if name not in index]
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        raise DataError(f"{missing[0]} is no recording with gestures{more}", where=str(table))
    return sorted({index[name] for _, name in named})


def _table_of(recording: Path) -> Path:
    return recording.with_name(recording.stem + TABLE)


def _gestures(recording: int, table: Path) -> list[Gesture]:
    rows = read_table(table, _COLUMNS)
    if not rows:
        raise DataError("names no gestures", where=str(table))
    return [_gesture(recording, row, str(table)) for row in rows]


def _gesture(recording: int, row: Row, where: str) -> Gesture:
    number, begin, end = (_whole_number(row, column, where) for column in _COLUMNS)
    if end <= begin:
        raise DataError(
            f"line {row.line}: endTime_usec must be after startTime_usec, {begin}; got {end}",
            where=where,
        )
    return Gesture(recording, number, begin, end)


def _whole_number(row: Row, column: str, where: str) -> int:
    text = row.values[column]
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= _LARGEST):
        raise DataError(
            f"line {row.line}: {column} must be a whole number, 0 or more; got {text[:40]!r}",
            where=where,
        )
    return int(text)


def _names(mapping: Path) -> dict[int, str]:
    where = str(mapping)
    rows = read_table(mapping, ("action", "label"))
    names = {_whole_number(row, "label", where): row.values["action"] for row in rows}
    require_class_names(names.values(), where)
    if len(set(names.values())) < len(rows):
        raise DataError("names a class twice", where=where, hint="give each class one line")
    return names
