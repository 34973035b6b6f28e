"""Decoders of libraries in a process of their own, which a damaged file may bring down.

A crafted HDF5 or AEDAT 4 file can abort the process that reads it, and a compressed one can fill
the memory: the child has a limit, and is ended when it makes nothing for `PATIENCE`. It writes to
its stdout one line of JSON, for a recording
``{"size": [width, height]}`` or ``{"size": null}``, and then events of `RECORD`, and ends with 0;
or it says on stderr what is wrong with the file, and ends with `REFUSED`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Timer
from typing import IO, Any

import numpy as np

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats.format import Decoding

RECORD = np.dtype([(name, "<i8") for name in ("t", "x", "y", "p")])
REFUSED = 3
#: For how long a child may make nothing, in s: a large piece on a slow disk takes some.
PATIENCE = 60.0
_AT_A_TIME = 2**16
_MOST_SAID = 2**12


def require(library: str, extra: str, format_name: str) -> None:
    """Say what to install where the library of a format is missing.

    Raises:
        UsageError: it is.
    """
    if find_spec(library) is None:
        raise UsageError(
            f"the format {format_name} needs {library}, which is not installed",
            hint=f"pip install 'neurospike-cli[{extra}]'",
        )


@dataclass(frozen=True)
class _Child:
    """A decoder at work.

    Attributes:
        process: it.
        said: what it writes to stderr; a file, so that one who says much does not wait for us.
        stalled: set when it was ended because nothing came.
        where: the recording, for messages.
    """

    process: subprocess.Popen[bytes]
    said: IO[bytes]
    stalled: Event
    where: str

    def line(self) -> bytes:
        """Return the next line of its output."""
        assert self.process.stdout is not None
        with self._watched():
            return self.process.stdout.readline()

    def data(self, size: int) -> bytes:
        """Return the next `size` bytes of its output, fewer at the end."""
        assert self.process.stdout is not None
        with self._watched():
            return self.process.stdout.read(size)

    def finish(self) -> None:
        """Wait until it ends.

        Raises:
            DataError: it refuses the file, has broken down, or was ended.
        """
        code = self.process.wait()
        if self.stalled.is_set():
            raise DataError(
                f"is damaged: nothing could be made of it for {PATIENCE:g} s",
                where=self.where,
                hint="get the file again",
            )
        self.said.seek(0)
        lines = self.said.read(_MOST_SAID).decode(errors="replace").strip().splitlines()
        if code == REFUSED:
            message = lines[-1] if lines else "cannot be decoded"
            hint = "check that it is a recording of events, or get it again"
            raise DataError(message, where=self.where, hint=hint)
        if code:
            raise DataError(
                f"is damaged: the library that reads it broke down (exit {code})",
                where=self.where,
                hint="get the file again",
            )

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """End the child if what is done with it takes longer than `PATIENCE`."""
        timer = Timer(PATIENCE, self._give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _give_up(self) -> None:
        self.stalled.set()
        self.process.kill()


def decoded(
    script: str, arguments: tuple[str, ...], file: RecordingFile, path: Path | None = None
) -> tuple[Iterator[Columns], dict[str, Any]]:
    """Return the events that a script in this folder makes of a file, and what its first line says.

    Args:
        script: its name.
        arguments: what it is told beside the path.
        file: what messages are about.
        path: what is decoded where that is not the file itself.

    Raises:
        DataError: the child refuses the file or breaks down on it.
    """
    # -P keeps this folder, where `csv.py` lies, out of the child's path.
    program = str(Path(__file__).with_name(script))
    source = str((path or file.path).absolute())
    said = file.resources.enter_context(TemporaryFile())  # noqa: SIM115 - the stack closes it
    process = subprocess.Popen(
        [sys.executable, "-P", program, source, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=said,
        # Threads that compute nothing here would count against the limit of memory.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    file.resources.enter_context(process)
    file.resources.callback(process.kill)  # before it is waited for
    child = _Child(process, said, Event(), file.where)
    line = child.line()
    if not line:
        child.finish()
        raise DataError("its decoder said nothing", where=file.where)
    return _blocks(child), json.loads(line)


def decoding_by(
    script: str, arguments: tuple[str, ...], file: RecordingFile, path: Path | None = None
) -> Decoding:
    """Return what a script in this folder makes of a file of one recording.

    Args:
        script, arguments, file, path: as `decoded`.

    Raises:
        as `decoded`.
    """
    blocks, head = decoded(script, arguments, file, path)
    size = head["size"]
    return Decoding(blocks, None if size is None else (size[0], size[1]))


def _blocks(child: _Child) -> Iterator[Columns]:
    while data := child.data(_AT_A_TIME * RECORD.itemsize):
        records = np.frombuffer(data, RECORD, len(data) // RECORD.itemsize)
        yield Columns(*(np.ascontiguousarray(records[name]) for name in "txyp"))
    child.finish()
