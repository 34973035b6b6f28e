"""Columns of events in NumPy's array format, read piece by piece; no header is believed unchecked.

| array | meaning |
|---|---|
| structured, (event,) | fields t, x, y, p or other usual names of them, in any order |
| integers, (event, 4) | columns t, x, y, p |
| integers, (event,) | one column; its name is that of the archive's member |

Times are whole µs; polarity is 0, -1 or false for OFF, and 1 or true for ON. Nothing is unpickled.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._text_layout import FIELD
from neurospike_cli.events.formats.format import BLOCK

MAGIC = b"\x93NUMPY"
_ORDER = ("t", "x", "y", "p")
_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


@dataclass(frozen=True)
class ArrayHeader:
    """What an array says about itself.

    Attributes:
        dtype: of an element.
        shape: its sizes.
        start: bytes before the elements.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int

    @property
    def is_column(self) -> bool:
        """Whether it is one column, and not whole events."""
        return self.dtype.names is None and len(self.shape) == 1

    @property
    def row_bytes(self) -> int:
        """Bytes of an event."""
        return self.dtype.itemsize * int(np.prod(self.shape[1:], dtype=object))

    @property
    def size(self) -> int:
        """Bytes of all elements."""
        return self.shape[0] * self.row_bytes


def read_header(handle: IO[bytes], name: str, where: str) -> ArrayHeader:
    """Read the header of an array of events; what is read next are its elements.

    Raises:
        DataError: it is damaged, or its elements are no events.
    """
    start = handle.tell()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # headers of Python 2
            shape, is_fortran, dtype = _READERS[npy.read_magic(handle)](handle)
    except Exception as error:  # NumPy parses the text as Python's, and raises what that raises
        message = f"byte {start}: {name} has no header of an array that can be read: {error}"
        raise DataError(message, where=where, hint="save it again with numpy.save") from error
    header = ArrayHeader(dtype, tuple(shape), handle.tell() - start)
    is_table = len(shape) == 2 and shape[1] == len(_ORDER) and not is_fortran
    holds = len(shape) == 1 and (dtype.names is None or set(_fields(dtype)) == set(_ORDER))
    whole = all(_is_whole(part) for part in _parts(dtype))
    if min(shape, default=-1) < 0 or not whole or not (holds or (is_table and not dtype.names)):
        order = " in Fortran's order" if is_fortran else ""
        raise DataError(
            f"{name} holds {str(dtype)[:200]} of shape {shape}{order}; events are whole numbers: "
            "fields t, x, y, p of shape (n,), or columns t, x, y, p of shape (n, 4)",
            where=where,
            hint="save times in µs as int64, and polarity as 0 or 1",
        )
    return header


def blocks_of(arrays: Mapping[str, tuple[IO[bytes], ArrayHeader]]) -> Iterator[Columns]:
    """Yield the events of one array of events, or of four columns named t, x, y, p."""
    count = min(header.shape[0] for _, header in arrays.values())
    for start in range(0, count, BLOCK):
        rows = min(BLOCK, count - start)
        columns: dict[str, NDArray[Any]] = {}
        for name, (handle, header) in arrays.items():
            data = handle.read(rows * header.row_bytes)
            if len(data) < rows * header.row_bytes:
                raise EOFError(f"{name} ends after {start} events")
            array = np.frombuffer(data, header.dtype).reshape(rows, *header.shape[1:])
            columns |= _named(name, array)
        p = columns["p"].astype(np.int8) if columns["p"].dtype == bool else columns["p"]
        yield Columns(columns["t"], columns["x"], columns["y"], np.where(p == -1, 0, p))


def _named(name: str, array: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return the columns of an array by their names."""
    if array.dtype.names is not None:
        return {
            FIELD[field.lower()]: np.ascontiguousarray(array[field]) for field in array.dtype.names
        }
    if array.ndim == 2:
        return {column: np.ascontiguousarray(array[:, i]) for i, column in enumerate(_ORDER)}
    return {name: array}


def _fields(dtype: np.dtype[Any]) -> list[str]:
    names = [FIELD.get(field.lower(), "") for field in dtype.names or ()]
    return names if len(set(names)) == len(_ORDER) == len(names) else []


def _parts(dtype: np.dtype[Any]) -> list[np.dtype[Any]]:
    return [dtype[name] for name in dtype.names] if dtype.names else [dtype]


def _is_whole(dtype: np.dtype[Any]) -> bool:
    return dtype.kind in "iub" and dtype.shape == ()
