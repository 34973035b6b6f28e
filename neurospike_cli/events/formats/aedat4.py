"""AEDAT 4 of DV: packets of events in FlatBuffers, compressed with LZ4 or Zstandard.

Read by `faery` (0.7: 111,954 events of the 111,954 of DV's sample, the first and the last as
known). The first stream of events in the file is read. A file that is cut off is known by the
lengths of its packets before that.
Specification: https://docs.inivation.com/software/software-advanced-usage/file-formats/aedat-4.0.html
"""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Literal

from neurospike_cli.events.formats._aedat4_packets import NO_TABLE, Packets, packets_of
from neurospike_cli.events.formats._child_decoder import require
from neurospike_cli.events.formats._faery_format import FaeryFormat
from neurospike_cli.events.formats._recording_file import CUT_OFF, RecordingFile
from neurospike_cli.events.formats.format import Decoding

_INT64 = 8


class AEDAT4(FaeryFormat):
    """AEDAT 4."""

    magic: ClassVar[bytes] = b"#!AER-DAT4.0"
    kind: ClassVar[str] = "aedat"
    suffixes: ClassVar[tuple[str, ...]] = (".aedat4",)
    format: Literal["aedat4"] = "aedat4"

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events.

        Raises:
            UsageError: `faery` is not installed.
        """
        require("faery", "formats", self.name)
        packets = packets_of(file)
        if packets.end in (packets.table, file.size):
            return self.decoding(file, file.path)
        # The library gives up on a packet that is cut off: it gets the packets before that.
        folder = Path(file.resources.enter_context(TemporaryDirectory()))
        decoding = self.decoding(file, _whole_part(file, packets, folder))
        return Decoding(decoding.blocks, decoding.size, Counter({CUT_OFF: packets.rest}))


def _whole_part(file: RecordingFile, packets: Packets, folder: Path) -> Path:
    """Return a copy of what is whole of a file, whose header names no table."""
    path = folder / "whole.aedat4"
    file.handle.seek(0)
    with path.open("wb") as copy:
        shutil.copyfileobj(file.handle, copy)
        copy.truncate(packets.end)
        if packets.table_at is not None:
            copy.seek(packets.table_at)
            copy.write(NO_TABLE.to_bytes(_INT64, "little", signed=True))
    return path
