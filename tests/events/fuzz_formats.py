"""Damages files of every parser at random and reads them: `make fuzz`.

Whatever a file holds, a parser returns what it promises or raises a `DataError`, within `SECONDS`
and `MEGABYTES`. Anything else is a finding, which is printed with the command that makes it again;
the exit code is then 1. `--seed N --formats F --seconds 0` runs one seed of one parser.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from neurospike_cli.errors import DataError
from tests.events.damage import damaged
from tests.events.fuzz_targets import Target, targets

#: What reading a damaged file may take: time of processors, here and in children, since children
#: start slowly on a busy machine; and memory.
SECONDS, MEGABYTES = 5.0, 200
#: After how many seconds the fuzzer gives up on a parser, and what its own process may take.
STUCK, LIMIT = 120, 2**31
#: Whole files of each parser that are damaged.
WHOLE = 24
#: By how much the process may have grown at the end, in MB: findings of a leak.
GROWTH = 200


class Stuck(BaseException):
    """A parser did not come to an end; no parser catches this."""


class Finding(Exception):
    """A parser took too long, or too much memory."""


@dataclass
class Account:
    """What became of the files of a parser.

    Attributes:
        read, refused, found: how many were.
        spent: time, in s.
        slowest: time of the slowest, in s.
    """

    counts: Counter[str] = field(default_factory=Counter)
    spent: float = 0.0
    slowest: float = 0.0


def main() -> int:
    """Fuzz for as long as asked; return the exit code."""
    every = targets()
    asked = _asked(list(every))
    chosen = {name: every[name] for name in asked.formats}
    accounts = {name: Account() for name in chosen}
    faulthandler.enable()
    _limit_memory()
    before = _resident()
    with suppress(KeyboardInterrupt), TemporaryDirectory() as folder:
        _fuzz(chosen, accounts, asked.seed, asked.seconds, Path(folder))
    grown = _resident() - before
    print(table(accounts))
    findings = sum(account.counts["finding"] for account in accounts.values())
    print(f"{findings} findings; the process grew by {grown:.0f} MB, of {GROWTH} allowed")
    return int(findings > 0 or grown > GROWTH)


def _asked(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0, help="0 = one file a parser")
    parser.add_argument("--seed", type=int, default=0, help="the first; they count up")
    parser.add_argument("--formats", nargs="*", default=names, choices=names)
    return parser.parse_args()


def _fuzz(
    chosen: Mapping[str, Target],
    accounts: Mapping[str, Account],
    seed: int,
    seconds: float,
    folder: Path,
) -> None:
    """Give each parser its part of the time; seeds of each count up on their own."""
    whole = {name: _whole(target, folder / name) for name, target in chosen.items()}
    end, seeds = time.monotonic() + seconds, dict.fromkeys(chosen, seed)
    waiting = list(chosen)
    while waiting or time.monotonic() < end:
        least = {name: accounts[name].spent / chosen[name].share for name in chosen}
        name = waiting.pop() if waiting else min(least, key=least.__getitem__)
        try_one(name, chosen[name], whole[name], seeds[name], folder / name, accounts[name])
        seeds[name] += 1


def _whole(target: Target, folder: Path) -> list[bytes]:
    """Return whole files, which the parser must read."""
    folder.mkdir()
    files = [target.make(np.random.default_rng(number), folder) for number in range(WHOLE)]
    target.check(_written(files[0], folder), np.random.default_rng(0))
    return files


def _written(data: bytes, folder: Path) -> Path:
    path = folder / "damaged"
    path.write_bytes(data)
    return path


def try_one(
    name: str, target: Target, whole: list[bytes], seed: int, folder: Path, account: Account
) -> None:
    """Read one damaged file; print what is found, and how to find it again."""
    rng = np.random.default_rng(seed)
    first, second = rng.integers(len(whole), size=2)
    path = _written(damaged(whole[first], whole[second], rng), folder)
    begin = time.monotonic()
    try:
        with _watched():
            outcome = _outcome(target, path, rng)
    except (Exception, Stuck):
        outcome = "finding"
        print(f"finding: --formats {name} --seed {seed} --seconds 0", flush=True)
        traceback.print_exc()
    seconds = time.monotonic() - begin
    account.counts[outcome] += 1
    account.spent += seconds
    account.slowest = max(account.slowest, seconds)


def _outcome(target: Target, path: Path, rng: np.random.Generator) -> str:
    """Return whether a file was read or refused.

    Raises:
        Finding: it took too long or too much memory.
    """
    begin, held = _worked(), _peaks()
    try:
        target.check(path, rng)
        outcome = "read"
    except DataError:
        outcome = "refused"
    seconds, taken = _worked() - begin, _peaks() - held
    # A peak is that of all files so far; the first ones load libraries.
    if seconds > SECONDS or taken.max() > MEGABYTES:
        own, child = taken
        raise Finding(f"worked {seconds:.1f} s, took {own:.0f} MB, and {child:.0f} MB in its child")
    return outcome


@contextmanager
def _watched() -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise Stuck(f"no end after {STUCK} s")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(STUCK)
    try:
        yield
    finally:
        signal.alarm(0)


def _worked() -> float:
    """Return the time that processors have spent on this process and on its children, in s."""
    return sum(os.times()[:4])


def _peaks() -> np.ndarray:
    """Return the most memory that this process and any child held so far, in MB."""
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return np.array([resource.getrusage(who).ru_maxrss * 1024 / 1e6 for who in whose])


def _resident() -> float:
    """Return what this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def _limit_memory() -> None:
    """Let a parser that takes too much fail, and not the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, resource.getrlimit(resource.RLIMIT_AS)[1]))


def table(accounts: Mapping[str, Account]) -> str:
    """Return what became of the files, a line for each parser."""
    names = ("read", "refused", "finding")
    lines = [f"{'parser':<14}" + "".join(f"{name:>10}" for name in (*names, "slowest"))]
    for parser, account in accounts.items():
        counts = "".join(f"{account.counts[name]:>10,}" for name in names)
        lines.append(f"{parser:<14}{counts}{account.slowest:>8.2f} s")
    total = sum(account.counts.total() for account in accounts.values())
    return "\n".join([*lines, f"{total:,} files"])


if __name__ == "__main__":
    sys.exit(main())
