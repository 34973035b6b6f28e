"""A format that recordings can be written in."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import IO, ClassVar

from neurospike_cli.atomic import write_with
from neurospike_cli.events.formats.format import Format
from neurospike_cli.events.stream import EventStream


class WritableFormat(Format):
    """A format with a writer.

    Attributes:
        suffixes: ends of file names that ask for this format when a recording is written.
    """

    suffixes: ClassVar[tuple[str, ...]]

    def write(self, stream: EventStream, path: Path) -> None:
        """Write a recording whole or not at all.

        Raises:
            DataError: the format cannot hold the recording.
            RunError: the folder cannot be written to.
        """
        write_with(path, lambda file: self.write_to(stream, file))

    @abstractmethod
    def write_to(self, stream: EventStream, file: IO[bytes]) -> None:
        """Write a recording into an open file.

        Raises:
            DataError: the format cannot hold the recording.
        """
