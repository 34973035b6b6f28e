"""HDF5 files of events, as Prophesee, DSEC and others lay them out.

| place | content |
|---|---|
| ``CD/events`` | Prophesee: one array with fields x, y, p, t |
| ``events`` | DSEC and others: arrays t, x, y, p; or one array with these fields or columns |
| ``/`` | arrays t, x, y, p |
| ``t_offset`` | DSEC: µs that are added to all times |
| attributes ``width``, ``height`` of the file, of ``events`` or ``CD`` | the sensor |

Times are whole µs; polarity is 0, -1 or false for OFF. Compression filters that HDF5 does not bring
need ``hdf5plugin``. Links of any kind but hard ones, arrays that lie in other files, and arrays
that declare more than they store are refused; the file is read in a process of its own, which a
crafted one may bring down. What is written is the second layout.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, ClassVar, Literal

import numpy as np

from neurospike_cli.events.formats._child_decoder import decoding_by, require
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats._writable_format import WritableFormat
from neurospike_cli.events.formats.format import Decoding
from neurospike_cli.events.stream import EventStream

_MAGIC = b"\x89HDF\r\n\x1a\n"


class HDF5(WritableFormat):
    """HDF5, which comes with the extra ``hdf5``."""

    suffixes: ClassVar[tuple[str, ...]] = (".h5", ".hdf5")
    format: Literal["hdf5"] = "hdf5"

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the file begins as HDF5 does."""
        return head.startswith(_MAGIC)

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events.

        Raises:
            UsageError: h5py is not installed.
        """
        require("h5py", "hdf5", self.name)
        return decoding_by("_hdf5_child.py", ("events",), file)

    def write_to(self, stream: EventStream, file: IO[bytes]) -> None:
        """Write a recording, compressed.

        Raises:
            UsageError: h5py is not installed.
        """
        require("h5py", "hdf5", self.name)
        import h5py

        with h5py.File(file, "w") as target:
            target.attrs["width"], target.attrs["height"] = stream.width, stream.height
            for name in ("t", "x", "y", "p"):
                values = np.ascontiguousarray(stream.events[name])
                options = {"compression": "gzip", "shuffle": True} if len(values) else {}
                target.create_dataset(f"events/{name}", data=values, **options)
