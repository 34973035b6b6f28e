"""IDX files, the format of MNIST (LeCun, Cortes & Burges 1998): one array of bytes, big-endian.

| bytes | meaning |
|---|---|
| 0–1 | 0 |
| 2 | type of the elements; 0x08 = unsigned byte, the only one that is read here |
| 3 | number of dimensions d |
| 4 … 4 + 4 d | size of each dimension |
| then | the elements, the last dimension fastest |

A file that ends in ``.gz`` is decompressed on the way; offsets in messages are of what it holds.
"""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError

UNSIGNED_BYTE = 0x08
#: Bytes of an element by the type of the elements.
_ITEM_BYTES = {0x08: 1, 0x09: 1, 0x0B: 2, 0x0C: 4, 0x0D: 4, 0x0E: 8}
#: Elements that a file may declare; 60,000 images of 28 × 28 px are 47 million.
MAX_ELEMENTS = 2**30
#: What is read at a time, so that memory follows what is there and not what is declared.
PIECE = 2**20
_AGAIN = "get the file again"


def declared_shape(head: bytes, size: int) -> tuple[int, ...] | None:
    """Return the sizes that an IDX file of any type declares, None where a file is none.

    Args:
        head: how the file begins.
        size: its bytes. IDX has no magic number to speak of, but tells how long it is: bytes that
            are something else have one chance in 2^40 or less to be as long.
    """
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _ITEM_BYTES:
        return None
    start = 4 + 4 * head[3]
    if not head[3] or len(head) < start:
        return None
    shape = tuple(np.frombuffer(head, ">u4", head[3], 4).tolist())
    return shape if start + math.prod(shape) * _ITEM_BYTES[head[2]] == size else None


def idx_shape(path: Path, dimensions: int) -> tuple[int, ...]:
    """Return the sizes that an IDX file of unsigned bytes declares, reading only its header.

    Raises:
        DataError: the file cannot be read, or its header is not that of such an array.
    """
    with _opened(path) as file:
        return _shape(file, dimensions, str(path))


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Return the array of an IDX file of unsigned bytes, read-only.

    Args:
        path: the file; one that ends in ``.gz`` is compressed.
        dimensions: how many the array must have.

    Raises:
        DataError: the file cannot be read, is no such array, or is shorter or longer than its
            header says.
    """
    with _opened(path) as file:
        shape = _shape(file, dimensions, str(path))
        start, size = 4 + 4 * dimensions, math.prod(shape)
        data = _read(file, size)
        if len(data) < size:
            raise DataError(
                f"truncated at byte {start + len(data)}: its header declares "
                f"{' × '.join(map(str, shape))} = {size} elements after byte {start}, and "
                f"{len(data)} are there",
                where=str(path),
                hint=_AGAIN,
            )
        if file.read(1):
            raise DataError(
                f"goes on after byte {start + size}, where its {' × '.join(map(str, shape))} "
                "elements end",
                where=str(path),
                hint=_AGAIN,
            )
    array = np.frombuffer(data, np.uint8).reshape(shape)
    array.flags.writeable = False
    return array


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open the file; whatever goes wrong while it is read is a `DataError`."""
    try:
        if not path.is_file():
            raise DataError("is missing or not a file", where=str(path), hint=_AGAIN)
        packed = path.suffix == ".gz"
        with cast(IO[bytes], gzip.open(path)) if packed else path.open("rb") as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        message = f"is not a whole gzip file: {error}"
        raise DataError(message, where=str(path), hint=_AGAIN) from error
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _shape(file: IO[bytes], dimensions: int, where: str) -> tuple[int, ...]:
    """Return the sizes that the header declares."""
    magic = file.read(4)
    expected = bytes([0, 0, UNSIGNED_BYTE, dimensions])
    if magic != expected:
        raise DataError(
            f"byte 0: an IDX file of unsigned bytes in {dimensions} dimensions begins with "
            f"{expected.hex(' ')}; got {magic.hex(' ') or 'nothing'}",
            where=where,
            hint="check that the file is what its name says",
        )
    sizes = file.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        message = f"truncated at byte {4 + len(sizes)}, within its header"
        raise DataError(message, where=where, hint=_AGAIN)
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    if not 1 <= math.prod(shape) <= MAX_ELEMENTS:
        raise DataError(
            f"byte 4: declares {' × '.join(map(str, shape))} elements; 1 to {MAX_ELEMENTS} are "
            "allowed",
            where=where,
            hint=_AGAIN,
        )
    return shape


def _read(file: IO[bytes], size: int) -> bytearray:
    """Return the next `size` bytes, or as many as there are."""
    data = bytearray()
    while len(data) < size:
        piece = file.read(min(PIECE, size - len(data)))
        if not piece:
            break
        data += piece
    return data
