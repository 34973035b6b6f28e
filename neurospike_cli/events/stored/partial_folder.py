"""A folder that is there whole or not at all, and whose making can be taken up again.

It is made in ``NAME.partial`` beside it, which stays when the work is stopped:

```
request.json   what is made; only the same request takes the folder up again
pieces/        finished pieces of the work
whole/         what becomes NAME in one step, when all is there
```
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurospike_cli.atomic import write_json
from neurospike_cli.differences import differences
from neurospike_cli.errors import RunError
from neurospike_cli.locking import locked

REQUEST = "request.json"
TAKE_UP = "go on with it by --resume, or remove it"


@dataclass(frozen=True)
class PartialFolder:
    """A folder that is being made; `path` is the partial one."""

    path: Path

    @property
    def pieces(self) -> Path:
        """Where finished pieces are kept."""
        return self.path / "pieces"

    @property
    def whole(self) -> Path:
        """What is to become the new folder."""
        return self.path / "whole"


def partial_path(target: Path) -> Path:
    """Return where `target` is made."""
    return target.with_name(f"{target.name}.partial")


@contextmanager
def partial_folder(
    target: Path, request: Mapping[str, Any], *, resume: bool
) -> Iterator[PartialFolder]:
    """Yield the folder in which `target` is made; it becomes `target` when the block ends well.

    Where the block fails, finished pieces stay; without any, nothing does.

    Args:
        target: the new folder.
        request: what is made, as JSON.
        resume: whether a partial folder that is there is taken up again.

    Raises:
        RunError: `target` exists, or what was begun is not to be taken up, is in use or belongs to
            another request; or the folder cannot be written to.
    """
    refuse_existing(target)
    partial = PartialFolder(partial_path(target))
    try:
        _make(partial, target, resume=resume)
        with locked(partial.path, "data set"):
            _claim(partial, request)
            try:
                yield partial
                refuse_existing(target)
                partial.whole.rename(target)
                shutil.rmtree(partial.path)
            finally:
                if not _holds_pieces(partial):
                    shutil.rmtree(partial.path, ignore_errors=True)
    except OSError as error:
        where = str(error.filename or partial.path)
        raise RunError(f"cannot write: {error.strerror or error}", where=where) from error


def refuse_existing(target: Path) -> None:
    """Raise a `RunError` where there is something at `target`."""
    if os.path.lexists(target):
        raise RunError(
            "exists already; nothing was written",
            where=str(target),
            hint="name another folder with --out, or remove this one",
        )


def _make(partial: PartialFolder, target: Path, *, resume: bool) -> None:
    if os.path.lexists(partial.path) and not resume:
        message = "was begun and is not finished; nothing was written"
        raise RunError(message, where=str(partial.path), hint=TAKE_UP)
    try:
        for path in (partial.pieces, partial.whole):
            path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"cannot be made: {error.strerror or error}", where=str(target)) from error


def _claim(partial: PartialFolder, request: Mapping[str, Any]) -> None:
    """Write down what is made, or compare it with what was begun."""
    path = partial.path / REQUEST
    if not path.exists():
        write_json(path, request)
        return
    try:
        begun = json.loads(path.read_bytes())
    except ValueError as error:
        message = f"is damaged: {error}"
        raise RunError(message, where=str(path), hint=f"remove {partial.path}") from error
    rows = differences(begun, json.loads(json.dumps(request)), "partial folder")
    if rows:
        raise RunError(
            "what was begun is another data set: " + "; ".join(rows),
            where=str(partial.path),
            hint="resume it as it was begun, or remove it",
        )


def _holds_pieces(partial: PartialFolder) -> bool:
    folders = [path for path in (partial.pieces, partial.whole) if path.is_dir()]
    return any(not path.name.startswith(".") for folder in folders for path in folder.iterdir())
