"""Decoders of libraries in a process of their own, which a damaged file may bring down.

A crafted HDF5 or AEDAT 4 file can abort the process that reads it, and a compressed one can fill
the memory: the child has a limit. It writes to its stdout one line of JSON, for a recording
``{"size": [width, height]}`` or ``{"size": null}``, and then events of `RECORD`, and ends with 0;
or it says on stderr what is wrong with the file, and ends with `REFUSED`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import numpy as np

from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.formats._admission import Columns
from neurospike_cli.events.formats._recording_file import RecordingFile
from neurospike_cli.events.formats.format import Decoding

RECORD = np.dtype([(name, "<i8") for name in ("t", "x", "y", "p")])
REFUSED = 3
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


def decoded(
    script: str, arguments: tuple[str, ...], file: RecordingFile
) -> tuple[Iterator[Columns], dict[str, Any]]:
    """Return the events that a script in this folder makes of a file, and what its first line says.

    Raises:
        DataError: the child refuses the file or breaks down on it.
    """
    # -P keeps this folder, where `csv.py` lies, out of the child's path.
    program = str(Path(__file__).with_name(script))
    command = [sys.executable, "-P", program, str(file.path.absolute()), *arguments]
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Threads that compute nothing here would count against the limit of memory.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert child.stdout is not None
    file.resources.enter_context(child)
    file.resources.callback(child.kill)  # before it is waited for
    line = child.stdout.readline()
    if not line:
        _finish(child, file)
        raise DataError("its decoder said nothing", where=file.where)
    return _blocks(child, child.stdout, file), json.loads(line)


def decoding_by(script: str, arguments: tuple[str, ...], file: RecordingFile) -> Decoding:
    """Return what a script in this folder makes of a file of one recording.

    Raises:
        as `decoded`.
    """
    blocks, head = decoded(script, arguments, file)
    size = head["size"]
    return Decoding(blocks, None if size is None else (size[0], size[1]))


def _blocks(
    child: subprocess.Popen[bytes], out: IO[bytes], file: RecordingFile
) -> Iterator[Columns]:
    while data := out.read(_AT_A_TIME * RECORD.itemsize):
        records = np.frombuffer(data, RECORD, len(data) // RECORD.itemsize)
        yield Columns(*(np.ascontiguousarray(records[name]) for name in "txyp"))
    _finish(child, file)


def _finish(child: subprocess.Popen[bytes], file: RecordingFile) -> None:
    assert child.stderr is not None
    said = child.stderr.read(_MOST_SAID).decode(errors="replace").strip()
    code = child.wait()
    if code == REFUSED:
        lines = said.splitlines()
        message = lines[-1] if lines else "cannot be decoded"
        hint = "check that it is a recording of events, or get it again"
        raise DataError(message, where=file.where, hint=hint)
    if code:
        raise DataError(
            f"is damaged: the library that reads it broke down (exit {code})",
            where=file.where,
            hint="get the file again",
        )
