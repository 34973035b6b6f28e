"""Run as a program by `_child_decoder`: what `faery` makes of a file, on stdout.

It is no part of the package when it runs: it imports nothing of it.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path

#: What decoding may take beside the libraries: packets are some MB large.
MEMORY = 2**27


def main(path: str, kind: str) -> int:
    """Write the events of a file of faery's type `kind`; return the exit code."""
    import faery
    import numpy as np

    _limit_memory()
    record = np.dtype([(name, "<i8") for name in ("t", "x", "y", "p")])
    try:
        stream = faery.events_stream_from_file(path, file_type=kind)
        sys.stdout.buffer.write(json.dumps({"size": stream.dimensions()}).encode() + b"\n")
        for packet in stream:
            records = np.empty(len(packet), record)
            # faery's uint64 beyond int64 become negative, and are refused as that.
            records["t"], records["x"] = packet["t"].astype(np.int64), packet["x"]
            records["y"], records["p"] = packet["y"], packet["on"]
            sys.stdout.buffer.write(records.tobytes())
        sys.stdout.buffer.flush()
    except MemoryError:
        print(f"cannot be decoded: a packet needs more than {MEMORY >> 20} MB", file=sys.stderr)
        return 3
    except Exception as error:
        print(f"cannot be decoded: {str(error) or type(error).__name__}", file=sys.stderr)
        return 3
    return 0


def _limit_memory() -> None:
    with suppress(ImportError, OSError):  # other systems than Linux have no such limit or account
        import resource

        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
        held = int(pages) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, held + MEMORY))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
