"""Arrays of events in NumPy's ``.npz`` format, plain or compressed.

| members | meaning |
|---|---|
| ``t``, ``x``, ``y``, ``p``, or other usual names of them | a column each, as long as each other |
| or one of any name | all events, as in ``.npy`` |
| ``sensor``, may be missing | two int64: width and height in px |

No other members are allowed. What a member says about its size is compared with what the archive
and the array's header say before it is read, and a member must not hold more than 1000 times what
it takes in the file.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, ClassVar, Literal

import numpy as np

from neurospike_cli.errors import DataError
from neurospike_cli.events.array_archive import write_array
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._npy_columns import ArrayHeader, blocks_of, read_header
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats._text_layout import FIELD
from neurospike_cli.events.formats._writable_format import StreamedFormat
from neurospike_cli.events.formats.format import Decoding
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream

_MAGIC = b"PK\x03\x04"
_NAME_AT = 30  # bytes of a member's header before its name
_SENSOR = "sensor"
_SUFFIX = ".npy"
_PIECE = 2**20
_FLOOR, _RATIO = 2**26, 1000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, RuntimeError, NotImplementedError)


class NPZ(StreamedFormat):
    """NumPy's format of several arrays."""

    suffixes: ClassVar[tuple[str, ...]] = (".npz",)
    format: Literal["npz"] = "npz"

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the file is an archive whose first member is an array."""
        name = head[_NAME_AT : _NAME_AT + int.from_bytes(head[26:28], "little")]
        return head.startswith(_MAGIC) and name.endswith(_SUFFIX.encode())

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events."""
        try:
            archive = file.resources.enter_context(zipfile.ZipFile(file.handle))
            members = _checked(archive)
            sensor = members.pop(_SENSOR, None)
            size = None if sensor is None else _size(archive.read(sensor))
            arrays = {name: _opened(archive, info, file) for name, info in members.items()}
            if any(header.is_column != (len(arrays) > 1) for _, header in arrays.values()):
                raise ValueError("needs t, x, y, p as one column each, or one array of events")
        except _DAMAGE as error:
            raise _refusal(error, file) from error
        return Decoding(_blocks(arrays, file), size)

    def write_pieces_to(self, pieces: Iterable[EventStream], file: IO[bytes]) -> None:
        """Write a recording, not compressed; its columns wait in files until all are known."""
        count, size = 0, np.zeros(2, "<i8")
        with ExitStack() as stack, zipfile.ZipFile(file, "w") as archive:
            columns = {name: stack.enter_context(TemporaryFile()) for name in ("t", "x", "y", "p")}
            for piece in pieces:
                count, size[:] = count + len(piece), (piece.width, piece.height)
                for name, column in columns.items():
                    column.write(piece.events[name].tobytes())
            for name, column in columns.items():
                column.seek(0)
                blocks = iter(partial(column.read, _PIECE), b"")
                write_array(archive, name, EVENT_DTYPE[name], count, blocks)
            write_array(archive, _SENSOR, size.dtype, 2, [size.tobytes()])


def _checked(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by the columns that they hold, or the one that holds all."""
    infos = archive.infolist()
    names = [info.filename.removesuffix(_SUFFIX).lower() for info in infos]
    columns = [name if name == _SENSOR else FIELD.get(name, "") for name in names]
    holding = sorted(column for column in columns if column != _SENSOR)
    if len(holding) != 1 and holding != sorted(("t", "x", "y", "p")):
        found = ", ".join(repr(info.filename) for info in infos[:10])
        raise ValueError(f"holds {found}; expected t, x, y, p and maybe sensor, or one array")
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise ValueError(f"members overlap at byte {info.header_offset}")
        end = info.header_offset + info.compress_size
        if info.flag_bits & 1 or info.compress_type not in _METHODS:
            raise ValueError(f"{info.filename!r} is encrypted or compressed in an unknown way")
        if info.file_size > max(_FLOOR, _RATIO * info.compress_size):
            raise ValueError(f"{info.filename!r} unpacks {info.compress_size} to {info.file_size}")
    return dict(zip(columns, infos, strict=True))


def _opened(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: RecordingFile
) -> tuple[IO[bytes], ArrayHeader]:
    handle = file.resources.enter_context(archive.open(info))
    header = read_header(handle, repr(info.filename), file.where)
    if header.start + header.size != info.file_size:
        raise ValueError(
            f"{info.filename!r} says it is {header.size} bytes long, and has "
            f"{info.file_size - header.start}"
        )
    return handle, header


def _size(data: bytes) -> tuple[int, int]:
    start = len(data) - 16
    if not 0 < start <= 256:
        raise ValueError("'sensor' must be two int64: width and height")
    width, height = np.frombuffer(data, "<i8", offset=start).tolist()
    return width, height


def _blocks(
    arrays: dict[str, tuple[IO[bytes], ArrayHeader]], file: RecordingFile
) -> Iterator[Columns]:
    counts = {header.shape[0] for _, header in arrays.values()}
    try:
        if len(counts) > 1:
            raise ValueError(f"columns differ in length: {sorted(counts)}")
        yield from blocks_of(arrays)
    except _DAMAGE as error:
        raise _refusal(error, file) from error


def _refusal(error: Exception, file: RecordingFile) -> DataError:
    message = f"is no archive of events: {error}"
    return DataError(message, where=file.where, hint="save it again with numpy.savez")
