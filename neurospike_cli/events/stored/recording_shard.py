"""Some recordings of a data set that is being made, in a file of their own.

```
for each recording     t, x, y, p and, where it is known, truth, one after the other
for each recording     number of events, and whether truth is known: two int64
int64                  number of recordings
```

A shard is there whole or not at all, and is written and read one recording at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.atomic import write_with
from neurospike_cli.errors import RunError
from neurospike_cli.events.stored.dataset_folder import TRUTH, columns_of
from neurospike_cli.events.stream import EventStream

_WORD = np.dtype("<i8")


@dataclass(frozen=True, eq=False)
class Shard:
    """A finished shard.

    Attributes:
        path: its file.
        counts: number of events of each recording, (recording,).
        known: whether each one's truth is known, (recording,).
    """

    path: Path
    counts: NDArray[np.int64]
    known: NDArray[np.bool_]

    def column(self, name: str) -> Iterator[bytes]:
        """Yield one column of each recording."""
        columns = columns_of(has_truth=True)
        names = list(columns)
        before = sum(columns[other].itemsize for other in names[: names.index(name)])
        widths = _widths(self.known)
        begins = np.cumsum(self.counts * widths) - self.counts * widths
        with self.path.open("rb") as file:
            for begin, count in zip(begins.tolist(), self.counts.tolist(), strict=True):
                file.seek(begin + before * count)
                yield file.read(columns[name].itemsize * count)


def write_shard(path: Path, streams: Iterable[EventStream]) -> None:
    """Write recordings.

    Raises:
        RunError: the disk is full, or the folder cannot be written to.
    """

    def write(file: IO[bytes]) -> None:
        rows = [_written(stream, file) for stream in streams]
        file.write(np.array([*rows], _WORD).tobytes() + np.array(len(rows), _WORD).tobytes())

    write_with(path, write)


def open_shard(path: Path) -> Shard:
    """Return a shard without reading any events.

    Raises:
        RunError: it is damaged.
    """
    word = _WORD.itemsize
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - word))
        number = int.from_bytes(file.read(), "little")
        start = size - word * (2 * number + 1)
        if start >= 0:
            file.seek(start)
            counts, known = np.frombuffer(file.read(2 * number * word), _WORD).reshape(-1, 2).T
            shard = Shard(path, counts, known != 0)
            if int((counts * _widths(shard.known)).sum()) == start:
                return shard
    raise RunError("is damaged", where=str(path), hint="remove this file, and resume")


def _written(stream: EventStream, file: IO[bytes]) -> tuple[int, int]:
    columns = columns_of(has_truth=False)
    for name in columns:
        file.write(stream.events[name].tobytes())
    if stream.truth is not None:
        file.write(stream.truth.tobytes())
    return len(stream), int(stream.truth is not None)


def _widths(known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the bytes of an event of each recording."""
    plain = sum(dtype.itemsize for dtype in columns_of(has_truth=False).values())
    return plain + columns_of(has_truth=True)[TRUTH].itemsize * known.astype(np.int64)
