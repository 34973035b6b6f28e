"""Files that are there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from neurospike_cli.errors import RunError


def write_with(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Let `write` fill a file beside `path`, then put it in place in one step.

    Raises:
        RunError: the folder cannot be written to, or the disk is full; `path` is as before.
    """
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = Path(file.name)
            write(file.file)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise RunError(f"cannot write: {error.strerror or error}", where=str(path)) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` in one step."""
    write_with(path, lambda file: file.write(content))


def write_text(path: Path, content: str) -> None:
    """Write `content` as UTF-8 to `path` in one step."""
    write_bytes(path, content.encode())


def write_json(path: Path, document: Any) -> None:
    """Write `document` as indented JSON to `path` in one step."""
    write_text(path, json.dumps(document, indent=2, allow_nan=False) + "\n")


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _umask() -> int:
    """The process's file mode mask; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
