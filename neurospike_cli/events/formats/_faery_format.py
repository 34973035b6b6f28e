"""Formats that the library `faery` reads; measured against known events of real recordings."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from neurospike_cli.events.formats._child_decoder import decoded, require
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats.format import Decoding, Format


class FaeryFormat(Format):
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
        require("faery", "formats", self.name)
        return Decoding(*decoded("_faery_child.py", (self.kind,), file))
