"""Which signals a folder holds, and what their classes are.

| root | its signals |
|---|---|
| a file | the file's, with the classes that it tells |
| a folder of files | the files', with the classes that they tell |
| a folder with a folder for each class | one from each file, of the folder's class |
| any folder, and a table of files and classes | one from each file, of the table's class |

What a file calls a class may be given another name; two may be given the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from neurospike_cli.errors import DataError
from neurospike_cli.events.class_name import require_class_names
from neurospike_cli.events.layouts.recording_folder import (
    RecordingFolder,
    class_folders,
    labelled_files,
)
from neurospike_cli.events.signals.signal import Signal, SignalFile


@dataclass(frozen=True)
class SignalPaths:
    """Files, and the class of each where they lie in folders of classes or a table names them."""

    files: tuple[Path, ...]
    classes: tuple[str | None, ...]


@dataclass(frozen=True)
class Piece:
    """A signal that is used, without its values.

    Attributes:
        file: index of its file.
        number: index in it.
        label: the name of its class.
        length: how long it is, in µs.
        where: its file and line.
    """

    file: int
    number: int
    label: str
    length: int
    where: str


def signal_paths(root: Path, table: str | None) -> SignalPaths:
    """Return the files of a root, by class and path.

    Args:
        root: a file or folder.
        table: a CSV with the columns ``file`` and ``class``, as a path from it.

    Raises:
        DataError: it is neither, or holds both files and folders.
    """
    if table is not None:
        return _of_classes(labelled_files(root, root / table, None))
    if root.is_file():
        return SignalPaths((root,), (None,))
    shown = sorted(path for path in _entries(root) if not path.name.startswith("."))
    files = tuple(path for path in shown if not path.is_dir())
    if files and len(files) < len(shown):
        raise DataError(
            f"holds files, such as {files[0].name}, beside folders",
            where=str(root),
            hint="keep either files that tell their classes, or a folder for each class",
        )
    if files:
        return SignalPaths(files, (None,) * len(files))
    return _of_classes(class_folders(root, None))


def pieces_of(
    paths: SignalPaths,
    read: Callable[[int], SignalFile],
    names: Mapping[str, str] | None,
    most: int | None,
) -> tuple[Piece, ...]:
    """Return the signals that are used, in the order of the files.

    Args:
        paths: the files.
        read: reads one of them, by its index.
        names: what files call the classes that are used, and their names; None = all.
        most: how many signals of each class are used at most.

    Raises:
        DataError: a signal has no class or two, a class that is asked for is not there, or a file
            has other channels than the first.
    """
    found = [
        piece for file in range(len(paths.files)) for piece in _pieces(paths, file, read, names)
    ]
    absent = set((names or {}).values()) - {piece.label for piece in found}
    if absent or not found:
        message = f"has no signal of class {min(absent)!r}" if absent else "has no signal in use"
        raise DataError(
            message, where=str(paths.files[0].parent), hint="see `data.classes`, and inspect a file"
        )
    taken: dict[str, int] = {}
    used = []
    for piece in found:
        taken[piece.label] = taken.get(piece.label, 0) + 1
        used += [piece] * (most is None or taken[piece.label] <= most)
    return tuple(used)


def _pieces(
    paths: SignalPaths,
    file: int,
    read: Callable[[int], SignalFile],
    names: Mapping[str, str] | None,
) -> Iterator[Piece]:
    """Yield the signals of one file that are used."""
    first, held, path = read(0), read(file), str(paths.files[file])
    if held.channels != first.channels:
        raise DataError(
            f"has the channels {', '.join(held.channels)}; the first file has others: "
            f"{', '.join(first.channels)}",
            where=path,
            hint="choose channels that all files have: `data.channels`",
        )
    labels = [_class_of(signal, paths.classes[file], path) for signal in held.signals]
    used = {label: label for label in labels} if names is None else names
    for number, (signal, label) in enumerate(zip(held.signals, labels, strict=True)):
        if label in used:
            yield Piece(file, number, used[label], signal.length, signal.provenance)


def _class_of(signal: Signal, folder: str | None, path: str) -> str:
    if folder is not None and signal.label is not None:
        raise DataError(
            "tells classes of its own, and lies in the folder or table of another",
            where=path,
            hint="make `data.root` a folder of such files, or take the column of classes out",
        )
    label = folder if signal.label is None else signal.label
    if label is None:
        raise DataError(
            "tells no classes",
            where=path,
            hint="name its column of classes, `data.class_column`, or use a folder for each class",
        )
    require_class_names([label], signal.provenance)
    return label


def _of_classes(folder: RecordingFolder) -> SignalPaths:
    return SignalPaths(folder.files, tuple(folder.classes[label] for label in folder.labels))


def _entries(root: Path) -> list[Path]:
    if not root.is_dir():
        hint = "set `data.root` to a file or folder of signals"
        raise DataError("is neither a file nor a folder", where=str(root), hint=hint)
    return list(root.iterdir())
