"""A lock that ends with the process that holds it, so that it cannot go stale."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neurospike_cli.errors import RunError


@contextmanager
def locked(folder: Path, what: str) -> Iterator[None]:
    """Hold a folder for this process.

    Args:
        folder: what is held, by its file `.lock`.
        what: what the folder is, e.g. ``run``, for messages.

    Raises:
        RunError: another process holds it, or it cannot be written to.
    """
    descriptor = _open_lock(folder / ".lock", what)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode(errors="replace") or "another process"
            raise RunError(f"locked by {holder}", where=str(folder)) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"process {os.getpid()} on {socket.gethostname()}".encode())
        yield
    finally:
        os.close(descriptor)


def _open_lock(path: Path, what: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise RunError(
            f"the {what} cannot be locked: {error.strerror}",
            where=str(path),
            hint=f"copy the {what} to where it can be written to",
        ) from None
