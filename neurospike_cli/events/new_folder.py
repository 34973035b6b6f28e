"""A folder that is there whole or not at all, and never instead of another."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neurospike_cli.errors import RunError


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `target` that becomes `target` when the block ends well.

    Raises:
        RunError: `target` exists, or cannot be made; what was there is as it was.
    """
    temporary: Path | None = None
    _claim(target)
    try:
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name[:100]}."))
        yield temporary
        temporary.chmod(target.stat().st_mode)
        temporary.replace(target)  # onto the empty folder that was claimed
    except OSError as error:
        raise RunError(f"cannot write: {error.strerror or error}", where=str(target)) from error
    finally:
        if temporary is not None and temporary.exists():
            shutil.rmtree(temporary, ignore_errors=True)
            target.rmdir()


def _claim(target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.mkdir()
    except OSError as error:
        if os.path.lexists(target):
            raise RunError(
                "exists already; nothing was written",
                where=str(target),
                hint="name another folder with --out, or remove this one",
            ) from error
        raise RunError(f"cannot be made: {error.strerror or error}", where=str(target)) from error
