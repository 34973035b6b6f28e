"""Arrays from an .npz file that may be damaged or hostile.

Only the exact set of names and types that was asked for is read; nothing is unpickled, nothing is
decompressed, and no header is believed before it is compared with the bytes that are there.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError

# One dimension, at most 15 digits: the interpreter's own parser never sees the text.
_HEADER = re.compile(
    rb"\{'descr': '([<|][a-z]\d)', 'fortran_order': False, 'shape': \((\d{1,15}),\), \}\s*"
)


def read_arrays(
    data: bytes, types: Mapping[str, np.dtype[Any]], where: str
) -> dict[str, NDArray[Any]]:
    """Return the one-dimensional arrays of an uncompressed .npz file.

    Args:
        data: the file.
        types: the type of each array that must be there, by name; no others may be.
        where: the file's name, for messages.

    Raises:
        DataError: the file is no such archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive, types)
            return {name: _array(archive.read(f"{name}.npy"), types[name]) for name in types}
    except (zipfile.BadZipFile, ValueError, EOFError, RuntimeError, OSError) as error:
        raise DataError(f"is no array archive: {error}", where=where) from error


def _check_members(archive: zipfile.ZipFile, types: Mapping[str, np.dtype[Any]]) -> None:
    found = sorted(member.filename for member in archive.infolist())
    expected = sorted(f"{name}.npy" for name in types)
    if found != expected:
        raise ValueError(f"holds {', '.join(found)}; expected {', '.join(expected)}")
    if any(member.compress_type != zipfile.ZIP_STORED for member in archive.infolist()):
        raise ValueError("is compressed; it is read uncompressed only")


def _array(data: bytes, dtype: np.dtype[Any]) -> NDArray[Any]:
    # Version 1.0: magic, the header's length as two bytes, the header, the values.
    begin = 10 + int.from_bytes(data[8:10], "little")
    header = _HEADER.fullmatch(data[10:begin])
    count, rest = divmod(len(data) - begin, dtype.itemsize)
    if data[:8] != b"\x93NUMPY\x01\x00" or header is None:
        raise ValueError("an array has an unknown header")
    if header[1].decode() != dtype.str or int(header[2]) != count or rest:
        raise ValueError(f"an array says {header[0]!r}; its bytes are {count} of {dtype.str}")
    return np.frombuffer(data, dtype=dtype, offset=begin)
