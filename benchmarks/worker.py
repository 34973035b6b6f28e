"""One contestant in a process of its own: a line on stdin is a turn, its result goes to stdout.

Usage: python -m benchmarks.worker CONTESTANT WORKLOAD (the workload as JSON)
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from time import perf_counter
from typing import Any, TextIO

from benchmarks.contestant import Contestant
from benchmarks.memory import peak_mb, resident_mb
from benchmarks.workload import Workload

#: Seconds of untimed work at the start of a turn. Caches are cold then, and threads that slept for
#: the turns of the others wake up on one core: four of our steps passed before they had two again.
SETTLING = 0.15


def main() -> None:
    """Announce the contestant, then work a turn for every line read."""
    name, workload = sys.argv[1], Workload.from_json(sys.argv[2])
    answers = _own_stdout()
    # torch warns about an absent GPU compiler in every process.
    logging.disable(logging.WARNING)
    module = import_module(f"benchmarks.contestants.{name}")
    before = resident_mb()
    contestant: Contestant = module.CONTESTANT(workload)
    work = contestant.train if workload.trains else contestant.infer
    about = _about(contestant, module.PACKAGES)  # before training moves the firing rates
    _turn(work, workload.warm_up, 0)
    _send(answers, about)
    for _ in sys.stdin:
        calls = _turn(work, workload.untimed, workload.timed)
        seconds = [call / contestant.units for call in calls]
        _send(answers, {"seconds": seconds, "memory_mb": peak_mb() - before})


def _own_stdout() -> TextIO:
    """Return stdout for answers alone: libraries print when they are imported."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _about(contestant: Contestant, packages: tuple[str, ...]) -> dict[str, Any]:
    return {
        "label": contestant.label,
        "versions": {package: version(package) for package in packages},
        "firing_rates_hz": [round(rate, 2) for rate in contestant.firing_rates()],
    }


def _turn(work: Callable[[], object], untimed: int, timed: int) -> list[float]:
    begun, done = perf_counter(), 0
    while done < untimed or perf_counter() - begun < SETTLING:
        work()
        done += 1
    seconds = []
    for _ in range(timed):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return seconds


def _send(answers: TextIO, message: object) -> None:
    print(json.dumps(message), file=answers)


if __name__ == "__main__":
    main()
