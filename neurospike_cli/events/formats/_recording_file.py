"""The bytes of a recording: opened with clear errors, read in pieces of whole words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError

#: What a format sees of a file to know it by.
HEAD = 2**16
#: The longest text header that is read; jAER writes its settings there, some 40 kB.
MAX_HEADER = 2**20
CUT_OFF = "bytes_cut_off"
#: Hears how much of how much has been read.
Watch = Callable[[int, int], None]
_AGAIN = "get the file again"


@dataclass(frozen=True)
class RecordingFile:
    """An open file.

    Attributes:
        path: its name.
        handle: its bytes.
        size: how many there are.
        recover: whether a word that is cut off at the end is left out instead of an error.
        resources: what is let go of when the file is closed.
    """

    path: Path
    handle: IO[bytes]
    size: int
    recover: bool
    resources: ExitStack

    @property
    def where(self) -> str:
        """The file's name, for messages."""
        return str(self.path)

    def header(self, mark: bytes, end: tuple[bytes, ...]) -> list[str]:
        """Read the lines that begin with `mark`; what is read next is what follows them.

        Args:
            mark: what each line of the header begins with.
            end: lines that end the header where they stand.

        Raises:
            DataError: there is no end to it.
        """
        lines: list[str] = []
        while True:
            start = self.handle.tell()
            line = self.handle.readline(MAX_HEADER)
            if not line.startswith(mark):
                self.handle.seek(start)
                return lines
            if self.handle.tell() > MAX_HEADER:
                message = f"its header goes on after {MAX_HEADER} bytes"
                raise DataError(message, where=self.where, hint=_AGAIN)
            if not line.endswith(b"\n"):
                raise self.header_cut_off(start)
            lines.append(line.decode("latin-1").strip())
            if line.strip() in end:
                return lines

    def words(
        self, dtype: np.dtype[Any], at_a_time: int, stepped_over: Counter[str]
    ) -> Iterator[NDArray[Any]]:
        """Yield the rest of the file as words of one type.

        Raises:
            DataError: it ends within a word, and `recover` is not set.
        """
        count = 0
        while data := self.handle.read(at_a_time * dtype.itemsize):
            whole, rest = divmod(len(data), dtype.itemsize)
            yield np.frombuffer(data, dtype, whole)
            count += whole
            if rest:
                self.end_cut_off(self.handle.tell() - rest, f"after {count} words", rest)
                stepped_over[CUT_OFF] += rest

    def end_cut_off(self, offset: int, place: str, rest: int) -> None:
        """Refuse a file that ends too early, unless `recover` is set."""
        if not self.recover:
            raise self.cut_off(offset, place, rest)

    def header_cut_off(self, offset: int) -> DataError:
        """Return the error of a file that ends within its header; nothing of it can be read."""
        message = f"truncated at byte {offset}, within its header"
        return DataError(message, where=self.where, hint=_AGAIN)

    def cut_off(self, offset: int, place: str, rest: int) -> DataError:
        """Return the error of a file that ends too early."""
        left = f": {rest} of its {self.size} bytes are left over" if rest else ""
        return DataError(
            f"truncated at byte {offset}, {place}{left}",
            where=self.where,
            hint=f"{_AGAIN}, or keep what is whole: `convert --recover`, `data.recover: true`",
        )


@contextmanager
def opened(path: Path, recover: bool = False) -> Iterator[RecordingFile]:
    """Open a recording; what goes wrong with the file is a `DataError`.

    Raises:
        DataError: it is missing, a folder or something else that is no file, empty, or cannot be
            read.
    """
    where = str(path)
    try:
        if not path.is_file():
            kinds = {True: "is a folder, not a recording", False: "is missing or not a file"}
            raise DataError(kinds[path.is_dir()], where=where, hint="give the path of a recording")
        size = path.stat().st_size
        if not size:
            raise DataError("is empty: 0 bytes", where=where, hint=_AGAIN)
        with path.open("rb") as handle, ExitStack() as resources:
            yield RecordingFile(path, handle, size, recover, resources)
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror or error}", where=where) from error
