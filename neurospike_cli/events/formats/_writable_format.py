"""A format that recordings can be written in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import IO, ClassVar

import numpy as np

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

    def write_pieces(self, pieces: Iterable[EventStream], path: Path) -> None:
        """Write a recording that comes in pieces, one at least, whole or not at all.

        Raises:
            as `write`.
        """
        write_with(path, lambda file: self.write_pieces_to(pieces, file))

    def write_pieces_to(self, pieces: Iterable[EventStream], file: IO[bytes]) -> None:
        """Write a recording that comes in pieces into an open file; here all are held.

        Raises:
            DataError: the format cannot hold the recording.
        """
        held = list(pieces)
        events = np.concatenate([piece.events for piece in held])
        self.write_to(replace(held[0], events=events, truth=None), file)

    @abstractmethod
    def write_to(self, stream: EventStream, file: IO[bytes]) -> None:
        """Write a recording into an open file.

        Raises:
            DataError: the format cannot hold the recording.
        """


class StreamedFormat(WritableFormat):
    """A format that is written piece by piece: memory holds one of them."""

    def write_to(self, stream: EventStream, file: IO[bytes]) -> None:
        """Write a recording into an open file, in one piece."""
        self.write_pieces_to([stream], file)

    @abstractmethod
    def write_pieces_to(self, pieces: Iterable[EventStream], file: IO[bytes]) -> None:
        """Write a recording that comes in pieces into an open file.

        Raises:
            DataError: the format cannot hold the recording.
        """
