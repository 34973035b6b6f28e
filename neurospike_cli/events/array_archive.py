"""Where the arrays of an .npz file lie that may be damaged or hostile, and arrays in pieces.

Only the exact set of names and types that was asked for is read; nothing is unpickled, nothing is
decompressed, and no header is believed before it is compared with the bytes that are there. What
the values are worth is the caller's to know, by a hash of the file.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from neurospike_cli.errors import DataError

# One dimension, at most 15 digits: the interpreter's own parser never sees the text.
_HEADER = re.compile(
    rb"\{'descr': '([<|][a-z]\d)', 'fortran_order': False, 'shape': \((\d{1,15}),\), \}\s*"
)
_LONGEST_HEADER = 512
_LOCAL = 30  # bytes of a member's own header before its name


@dataclass(frozen=True)
class StoredArray:
    """Where the values of a one-dimensional array lie in a file.

    Attributes:
        dtype: of a value.
        start: byte of the first one.
        count: how many there are.
    """

    dtype: np.dtype[Any]
    start: int
    count: int

    def read(self, handle: IO[bytes], begin: int = 0, end: int | None = None) -> NDArray[Any]:
        """Return the values `begin` to `end` of the open file.

        Raises:
            EOFError: the file has become shorter.
        """
        count = (self.count if end is None else end) - begin
        handle.seek(self.start + begin * self.dtype.itemsize)
        values = np.empty(count, self.dtype)
        if handle.readinto(values.view(np.uint8)) != values.nbytes:  # type: ignore[attr-defined]
            raise EOFError("an array ends too early")
        return values


def locate_arrays(
    handle: IO[bytes], types: Mapping[str, np.dtype[Any]], where: str
) -> dict[str, StoredArray]:
    """Return where the one-dimensional arrays of an uncompressed .npz file lie.

    Args:
        handle: the open file.
        types: the type of each array that must be there, by name; no others may be.
        where: the file's name, for messages.

    Raises:
        DataError: the file is no such archive.
    """
    try:
        with zipfile.ZipFile(handle) as archive:
            members = _checked_members(archive, types)
            return {name: _located(handle, members[name], types[name]) for name in types}
    except (zipfile.BadZipFile, ValueError, EOFError, RuntimeError, OSError) as error:
        raise DataError(f"is no array archive: {error}", where=where) from error


def _checked_members(
    archive: zipfile.ZipFile, types: Mapping[str, np.dtype[Any]]
) -> dict[str, zipfile.ZipInfo]:
    found = sorted(member.filename for member in archive.infolist())
    expected = sorted(f"{name}.npy" for name in types)
    if found != expected:
        raise ValueError(f"holds {', '.join(found)}; expected {', '.join(expected)}")
    if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
        raise ValueError("is compressed; it is read uncompressed only")
    return {member.filename.removesuffix(".npy"): member for member in archive.infolist()}


def _located(handle: IO[bytes], member: zipfile.ZipInfo, dtype: np.dtype[Any]) -> StoredArray:
    handle.seek(member.header_offset)
    local = handle.read(_LOCAL)
    if local[:4] != b"PK\x03\x04" or member.file_size != member.compress_size:
        raise ValueError("an array is not where the archive says")
    names = int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
    start = member.header_offset + _LOCAL + names
    if start + member.file_size > handle.seek(0, 2):
        raise ValueError("an array goes on after the end of the file")
    handle.seek(start)
    # Version 1.0: magic, the header's length as two bytes, the header, the values.
    head = handle.read(min(member.file_size, _LONGEST_HEADER))
    length = 10 + int.from_bytes(head[8:10], "little")
    header = _HEADER.fullmatch(head[10:length])
    count, rest = divmod(member.file_size - length, dtype.itemsize)
    if head[:8] != b"\x93NUMPY\x01\x00" or header is None or length > len(head):
        raise ValueError("an array has an unknown header")
    if header[1].decode() != dtype.str or int(header[2]) != count or rest:
        raise ValueError(f"an array says {header[0]!r}; its bytes are {count} of {dtype.str}")
    return StoredArray(dtype, start + length, count)


def write_array(
    archive: zipfile.ZipFile, name: str, dtype: np.dtype[Any], count: int, blocks: Iterable[bytes]
) -> None:
    """Write an array of one dimension into an .npz file; its bytes are those of `numpy.savez`.

    Args:
        archive: the open file.
        name: of the array.
        dtype: of a value.
        count: how many there are.
        blocks: their bytes, piece by piece.
    """
    # A size is not known before it is written; NumPy leaves room for 64 bits of it as well.
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        header = {"descr": dtype.str, "fortran_order": False, "shape": (count,)}
        npy.write_array_header_1_0(member, header)
        for block in blocks:
            member.write(block)
