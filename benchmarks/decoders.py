"""How many events a second every format is decoded at, and how much memory a long file takes.

Each format is read by a process of its own with one thread, in turns:

| name | what is done |
|---|---|
| decode | columns are made of the file, and nothing is checked |
| chunks | events in pieces, checked, as `convert` and `inspect` have them |
| read | the whole recording at once, checked again, as training has it |
| copying | what no decoder can do without: the file is read, and as many events are copied |

Memory is the peak of reading in pieces over what the process held after its imports, and the peak
of a child that a library decodes in; it must not grow with the file.

Usage: python -m benchmarks.decoders [--only FORMAT]... [--events N] [--rounds N] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.memory import peak_mb, resident_mb
from benchmarks.recordings import SIDE, write_recording
from neurospike_cli.events.formats._recording_file import opened
from neurospike_cli.events.formats.format import BLOCK, Format
from neurospike_cli.events.stream import EVENT_DTYPE
from neurospike_cli.registry import discover

RESULTS = Path(__file__).parent / "results"
CHUNK = 2**16
#: Formats whose files are made or read slowly, by what: they are given a tenth of the events.
SLOW = ("aedat4", "csv", "rpg", "hdf5", "npz")


def main() -> None:
    """Measure all formats, print their table and write the results."""
    options = _options()
    if options.worker:
        print(json.dumps(measured(*options.worker, options.rounds)))
        return
    document: dict[str, Any] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine()}
    document["formats"] = {}
    with TemporaryDirectory() as folder:
        for name in options.only or discover(Format):
            row = _row(name, Path(folder) / name, options)
            document["formats"][name] = row
            print(line(name, row), flush=True)
    out = options.out or RESULTS / f"{document['date']}-decoders.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"written: {out}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=list(discover(Format)))
    parser.add_argument("--events", type=int, default=10**7, help="of a file")
    parser.add_argument("--rounds", type=int, default=5, help="how often each file is read")
    parser.add_argument("--out", type=Path, help="the file to write")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


def _row(name: str, path: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Return what one format takes, measured in a process of its own."""
    count = write_recording(name, path, options.events // (10 if name in SLOW else 1))
    command = [sys.executable, "-m", "benchmarks.decoders", "--rounds", str(options.rounds)]
    child = subprocess.run(
        [*command, "--worker", name, str(path)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    row: dict[str, Any] = json.loads(child.stdout)
    assert row["events"] == count, f"{name}: {row['events']} of {count} events were read"
    path.unlink()
    return row


def measured(name: str, file: str, rounds: int) -> dict[str, Any]:
    """Return time and memory of reading `file` as the format `name`.

    Memory is taken after the first reading, before anything else is done.
    """
    path, format_ = Path(file), discover(Format)[name](sensor={"width": SIDE, "height": SIDE})
    before = resident_mb()
    events = sum(len(chunk) for chunk in format_.chunks(path, CHUNK))
    memory = peak_mb() - before
    work: dict[str, Callable[[], object]] = {
        "decode": lambda: _decode(format_, path),
        "chunks": lambda: sum(map(len, format_.chunks(path, CHUNK))),
        "read": lambda: format_.read(path),
        "copying": lambda: _copy(path, events),
    }
    turns = [{name: _seconds(do) for name, do in work.items()} for _ in range(rounds)]
    return {
        "events": events,
        "bytes_per_event": round(path.stat().st_size / events, 2),
        "million_events_per_s": {
            name: {
                "median": round(events / median(turn[name] for turn in turns) / 1e6, 2),
                "best": round(events / min(turn[name] for turn in turns) / 1e6, 2),
            }
            for name in work
        },
        "memory_mb": round(memory, 1),
        "child_mb": round(getrusage(RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6, 1),
    }


def _decode(format_: Format, path: Path) -> None:
    with opened(path) as file:
        for _ in format_.decode(file).blocks:
            pass


def _copy(path: Path, events: int) -> None:
    """Read the bytes of a file and copy as many events as it has."""
    with path.open("rb") as file:
        while file.read(2**18):
            pass
    block = np.zeros(BLOCK * EVENT_DTYPE.itemsize, np.uint8)  # NumPy copies records by field
    for _ in range(events // BLOCK):
        block.copy()


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def line(name: str, row: dict[str, Any]) -> str:
    """Return a format's row as text."""
    rates = "".join(
        f"  {way} {rate['median']:5.1f} (best {rate['best']:.1f})"
        for way, rate in row["million_events_per_s"].items()
    )
    return (
        f"{name:<13} {row['events']:>11,} events of {row['bytes_per_event']:5.2f} bytes;"
        f" M/s:{rates};  {row['memory_mb']:6.1f} MB"
        + (f" and {row['child_mb']:.1f} MB in a child" if row["child_mb"] else "")
    )


if __name__ == "__main__":
    main()
