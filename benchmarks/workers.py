"""Contestants in processes of their own, which take turns."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import sleep
from typing import Any

from benchmarks.summary import timing
from benchmarks.workload import Workload

#: Seconds between two turns: threads of the last one, which wait actively, must go to sleep.
PAUSE = 0.3
ROOT = Path(__file__).resolve().parent.parent


class Worker:
    """A contestant's process.

    Args:
        name: file stem in `contestants/`.
        workload: what it works on.
    """

    def __init__(self, name: str, workload: Workload) -> None:
        module = ["-m", "benchmarks.worker", name, workload.to_json()]
        command = [sys.executable, "-W", "ignore", *module]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)
        self.name = name
        self.about: dict[str, Any] = self._answer()
        self.seconds: list[float] = []
        self.memory_mb = 0.0

    def turn(self) -> None:
        """Let the contestant work some steps and keep what they cost."""
        assert self.process.stdin is not None
        sleep(PAUSE)
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        answer = self._answer()
        self.seconds += answer["seconds"]
        self.memory_mb = answer["memory_mb"]

    def close(self) -> dict[str, Any]:
        """End the process and return what is known of it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        return self.about | timing(self.seconds) | {"memory_mb": round(self.memory_mb, 1)}

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended; its message is above")
        return json.loads(line)


def interleaved(
    entries: Mapping[str, tuple[str, Workload]], rounds: int
) -> dict[str, dict[str, Any]]:
    """Give every (contestant, workload) its turn in each round; return what each costs.

    The order rotates, so that nobody always follows the same one.
    """
    workers = [Worker(name, workload) for name, workload in entries.values()]
    for turn in range(rounds):
        shift = turn % len(workers)
        for worker in workers[shift:] + workers[:shift]:
            worker.turn()
    return {key: worker.close() for key, worker in zip(entries, workers, strict=True)}
