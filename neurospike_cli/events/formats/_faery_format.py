"""Formats that the library `faery` reads; measured against known events of real recordings."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, ClassVar

import numpy as np

from neurospike_cli.events.formats._child_decoder import decoding_by, require
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats._writable_format import WritableFormat
from neurospike_cli.events.formats.format import Decoding
from neurospike_cli.events.stream import EventStream


class FaeryFormat(WritableFormat):
    """A format of `faery`, which comes with the extra ``formats``.

    Attributes:
        magic: what its files begin with.
        kind: faery's name of it.
    """

    magic: ClassVar[bytes]
    kind: ClassVar[str]

    def sniff(self, head: bytes, path: Path) -> bool:
        """Say whether the file begins as this format does."""
        return head.startswith(self.magic)

    def decode(self, file: RecordingFile) -> Decoding:
        """Return the events.

        Raises:
            UsageError: `faery` is not installed.
        """
        return self.decoding(file, file.path)

    def decoding(self, file: RecordingFile, path: Path) -> Decoding:
        """Return what `faery` makes of `path`, the file itself or a part of it.

        Raises:
            as `decode`.
        """
        require("faery", "formats", self.name)
        return decoding_by("_faery_child.py", (self.kind,), file, path)

    def write_to(self, stream: EventStream, file: IO[bytes]) -> None:
        """Write a recording.

        Raises:
            UsageError: `faery` is not installed.
        """
        require("faery", "formats", self.name)
        import faery

        events = np.empty(len(stream), faery.EVENTS_DTYPE)
        events["t"], events["on"] = stream.events["t"], stream.events["p"]
        events["x"], events["y"] = stream.events["x"], stream.events["y"]
        written = faery.events_stream_from_array(events, (stream.width, stream.height))
        with TemporaryDirectory() as folder:  # it writes to a path only
            path = Path(folder) / "events"
            written.to_file(path, file_type=self.kind)
            file.write(path.read_bytes())
