"""Arrays that are made piece by piece, in memory or in a file without a name.

A file is for what is larger than memory. It is gone when the array is, however the process ends,
and lies where temporary files do: the folder that TMPDIR names. Reading maps it, so that the pages
that are in use count as the system's cache and not as the process's own.
"""

from __future__ import annotations

import mmap
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from neurospike_cli.errors import DataError


class GrowingArray(ABC):
    """Bytes that grow at their end and become an array once they are complete."""

    @abstractmethod
    def append(self, values: NDArray[Any]) -> None:
        """Add the bytes of an array.

        Raises:
            DataError: there is no room for them.
        """

    @abstractmethod
    def array(self, dtype: DTypeLike) -> NDArray[Any]:
        """Return everything as one array, (value,); nothing is added afterwards."""


class MemoryArray(GrowingArray):
    """Bytes in memory, of which a second copy never exists: a bytearray grows by moving pages."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def append(self, values: NDArray[Any]) -> None:
        """Add the bytes of an array."""
        self._bytes += values.tobytes()

    def array(self, dtype: DTypeLike) -> NDArray[Any]:
        """Return everything as one array."""
        return np.frombuffer(self._bytes, dtype)


class FileArray(GrowingArray):
    """Bytes in a temporary file."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # open until the array is made

    def append(self, values: NDArray[Any]) -> None:
        """Add the bytes of an array."""
        with self._told_where_full():
            self._file.write(values.tobytes())

    def array(self, dtype: DTypeLike) -> NDArray[Any]:
        """Return everything as one read-only array."""
        with self._told_where_full():
            self._file.flush()
        with self._file:
            if not self._file.tell():  # a map of nothing is an error
                return np.empty(0, dtype)
            return np.frombuffer(mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ), dtype)

    @contextmanager
    def _told_where_full(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            with suppress(OSError):  # closing tries to write once more
                self._file.close()
            raise DataError(
                f"cannot be written: {error.strerror}",
                where=tempfile.gettempdir(),
                hint="set TMPDIR to a folder on a disk with more room, or `data.hold` to memory",
            ) from error
