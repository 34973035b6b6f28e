"""What this process holds and what it may still get, in bytes."""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: Files of a control group, (limit, use, statistics), in both versions of them.
_GROUP_FILES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def resident_bytes() -> int:
    """Return the memory that this process holds; where that is not told, its peak."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def available_bytes() -> int:
    """Return what this process can hold: what it has, and what the machine can still give it."""
    return resident_bytes() + min([_machine_bytes(), *group_bytes(Path("/"))])


def _machine_bytes() -> int:
    """Memory that is free or would be made so; without word of that, half of what there is."""
    with suppress(OSError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        line = next(line for line in lines if line.startswith("MemAvailable:"))
        return int(line.split()[1]) * 1024
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2


def group_bytes(root: Path) -> Iterator[int]:
    """Yield what each control group around this process leaves it; none without a limit.

    Args:
        root: the root of the file system.
    """
    with suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text().splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers in ("", "memory"):
                mount = root / "sys/fs/cgroup" / controllers
                # In a container the path may be that outside of it: then only the mount is there.
                own = mount / path.lstrip("/")
                yield from (free for g in _groups(own, mount) if (free := _free(g)) is not None)


def _groups(own: Path, mount: Path) -> list[Path]:
    """Return a group and those around it: each of them can set a limit."""
    return [own, *(parent for parent in own.parents if parent.is_relative_to(mount))]


def _free(group: Path) -> int | None:
    for limit, use, cached in _GROUP_FILES:
        with suppress(OSError, ValueError, KeyError):  # `max` is no number: no limit
            statistics = dict(x.split() for x in (group / "memory.stat").read_text().splitlines())
            used = int((group / use).read_text()) - int(statistics[cached])
            return max(0, int((group / limit).read_text()) - used)
    return None
