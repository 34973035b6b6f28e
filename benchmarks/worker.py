"""One contestant in a process of its own: a line on stdin is a turn, its seconds go to stdout.

Usage: python -m benchmarks.worker CONTESTANT WORKLOAD
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from importlib.metadata import version
from time import perf_counter

from benchmarks.workload import WORKLOADS, Contestant

WARM_UP = 2
#: Steps of a turn that are timed, after one that is not.
TIMED = 5


def main() -> None:
    """Announce the contestant, then train a turn for every line read."""
    name, workload = sys.argv[1:]
    # Libraries print when they are imported; the answers must stay alone on their stream.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    module = import_module(f"benchmarks.contestants.{name}")
    contestant = module.CONTESTANT(WORKLOADS[workload])
    rates = contestant.firing_rates()
    for _ in range(WARM_UP):
        contestant.step()
    about = {
        "label": contestant.label,
        "versions": {package: version(package) for package in module.PACKAGES},
        "firing_rates_hz": [round(rate, 2) for rate in rates],
    }
    print(json.dumps(about), file=answers)
    for _ in sys.stdin:
        contestant.step()
        print(json.dumps([_timed(contestant) for _ in range(TIMED)]), file=answers)


def _timed(contestant: Contestant) -> float:
    start = perf_counter()
    contestant.step()
    return perf_counter() - start


if __name__ == "__main__":
    main()
