"""What a worker occupies, from Linux's own account of the process."""

from __future__ import annotations

from pathlib import Path


def resident_mb() -> float:
    """Return the memory that the process holds now."""
    return _status("VmRSS")


def peak_mb() -> float:
    """Return the most that it ever held.

    This is `ru_maxrss` without its flaw, that a process inherits the peak of its parent.
    """
    return _status("VmHWM")


def _status(key: str) -> float:
    """Return an entry of the process's status, which counts in units of 1024 bytes, in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == key:
            return int(value.split()[0]) * 1024 / 1e6
    raise SystemExit(f"memory is measured on Linux only: /proc/self/status has no {key}")
