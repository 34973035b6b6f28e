"""Where compiled code is kept between runs; a folder that fails costs time and never a run.

The folder's name holds a hash of all sources that can take part, so that a changed equation is
compiled anew and never confused with the old one. Processes may share it: each file is written
whole, and one after the other, since an index that two write at once can name the code of another
type.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core.caching import CompileResultCacheImpl, FunctionCache, UserProvidedCacheLocator

PACKAGE = Path(__file__).resolve().parent.parent
#: Folders of the package whose code is compiled.
COMPILED_ROOMS = ("engine", "learning", "neurons")


@cache
def cache_folder() -> Path | None:
    """Return where compiled code is kept: below NEUROSPIKE_CACHE_DIR or the user's cache.

    None where the user has no home.
    """
    chosen, shared = (os.environ.get(n) for n in ("NEUROSPIKE_CACHE_DIR", "XDG_CACHE_HOME"))
    try:
        root = chosen or Path(shared or Path.home() / ".cache") / "neurospike"
    except RuntimeError:  # neither HOME nor an entry for the user
        return None
    return Path(root).absolute() / _sources_hash()


@cache
def _sources_hash() -> str:
    digest = hashlib.sha256(f"{numba.__version__} {np.__version__}".encode())
    for room in COMPILED_ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def keeps_code() -> bool:
    """Whether what is compiled now will be there in the next run."""
    folder = cache_folder()
    if folder is None:
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def has_code() -> bool:
    """Whether anything was compiled before by these sources."""
    folder = cache_folder()
    return folder is not None and any(folder.glob("*/*.nbc"))


def keep_code(dispatcher: Any, kernel: Callable[..., Any]) -> None:
    """Let a kernel's compiled code be kept in the folder, and be taken from there."""
    if cache_folder() is not None:
        dispatcher._cache = _CodeCache(kernel)  # type: ignore[no-untyped-call]


class _Place(UserProvidedCacheLocator):
    """The folder, even if it cannot be written to: what is there is used."""

    def __init__(self, kernel: Callable[..., Any], file: str) -> None:
        super().__init__(kernel, file)  # type: ignore[no-untyped-call]
        folder = cache_folder()
        assert folder is not None, "a cache has a folder"
        subpath = self.get_suitable_cache_subpath(file)  # type: ignore[no-untyped-call]
        self._cache_path = str(folder / subpath)

    @classmethod
    def from_function(cls, py_func: Callable[..., Any], py_file: str) -> _Place:
        """Return the place without a test; a failure shows when it is written to."""
        return cls(py_func, py_file)


class _Files(CompileResultCacheImpl):
    _locator_classes: list[type[object]] = [_Place]  # noqa: RUF012 - as the base class says it


class _CodeCache(FunctionCache):
    _impl_class = _Files

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return compiled code; None where there is none, or where its file is damaged."""
        with suppress(Exception):  # a damaged pickle can raise anything
            return super().load_overload(sig, target_context)  # type: ignore[no-untyped-call]
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep compiled code, if the folder and the disk allow it."""
        with suppress(OSError), _alone():
            try:
                super().save_overload(sig, data)  # type: ignore[no-untyped-call]
            except Exception:  # the index is read before it is written, and may be damaged
                self.flush()  # type: ignore[no-untyped-call]
                super().save_overload(sig, data)  # type: ignore[no-untyped-call]


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time write; a lock ends with its process."""
    folder = cache_folder()
    assert folder is not None, "a cache has a folder"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
