"""Damages recordings of every format at random and reads them: `make fuzz`.

Whatever a file holds, a reader returns events in order or raises a `DataError`; anything else is a
finding, which is printed with the seed that makes it again, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats.format import Format
from neurospike_cli.events.recording_facts import recording_facts
from neurospike_cli.events.recording_survey import survey
from neurospike_cli.registry import discover
from tests.events.made_recordings import SLOW, made

FORMATS = discover(Format)
POLICIES = ({}, {"recover": True}, {"outside": "drop", "unordered": "drop"}, {"unordered": "sort"})


def main() -> int:
    """Fuzz for as long as asked; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--formats", nargs="*", default=[n for n in FORMATS if n not in SLOW])
    asked = parser.parse_args()
    executions, findings, seed = Counter(), 0, asked.seed
    end = time.monotonic() + asked.seconds
    with TemporaryDirectory() as folder:
        while time.monotonic() < end:
            for name in asked.formats:
                findings += not survives(name, seed, Path(folder), executions)
            seed += 1
    for name, counts in sorted(executions.items()):
        print(f"{name[0]:<14} {name[1]:<8} {counts:>8}")
    print(f"{sum(executions.values())} executions, {findings} findings")
    return int(findings > 0)


def survives(name: str, seed: int, folder: Path, executions: Counter) -> bool:
    """Read one damaged file; print a traceback if anything but a refusal comes of it."""
    rng = np.random.default_rng(seed)
    rows = [(int(t), int(rng.integers(34)), int(rng.integers(34)), int(rng.integers(2)))
            for t in np.cumsum(rng.integers(0, 5000, rng.integers(1, 40)))]  # fmt: skip
    path = made(name, rows, folder)
    path.write_bytes(damaged(path.read_bytes(), rng))
    policies = POLICIES[seed % len(POLICIES)]
    try:
        events = FORMATS[name](**policies).read(path).events
        assert (np.diff(events["t"]) >= 0).all()
        recording_facts(survey(path))
        executions[name, "read"] += 1
    except DataError:
        executions[name, "refused"] += 1
    except Exception:
        print(f"finding: {name} seed {seed} {policies}")
        traceback.print_exc()
        return False
    return True


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Return `data` with bytes changed, taken out, put in or repeated."""
    changed = bytearray(data)
    for _ in range(rng.integers(1, 6)):
        at, length = int(rng.integers(len(changed) + 1)), int(rng.integers(1, 17))
        noise = rng.bytes(length)
        ways = (
            lambda a=at, n=noise: changed.__setitem__(slice(a, a + 1), n[:1]),
            lambda a=at, n=noise: changed.__setitem__(slice(a, a), n),
            lambda a=at, k=length: changed.__delitem__(slice(a, a + k)),
            lambda a=at: changed.__delitem__(slice(a, None)),
            lambda a=at, k=length: changed.extend(changed[a : a + k]),
        )
        ways[rng.choice(len(ways), p=[0.4, 0.2, 0.2, 0.05, 0.15])]()
    return bytes(changed)


if __name__ == "__main__":
    sys.exit(main())
