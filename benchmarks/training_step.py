"""Time of one training step against snnTorch, SpikingJelly and Norse, interleaved in one run.

Every contestant sits in a process of its own with all cores to itself: round by round each is
given a turn while the others sleep, so that a slow minute of the machine hits all of them. The
order rotates. A turn is a few steps in a row, as in training, of which the first, with cold
caches, does not count; before it a pause lets the threads of the last one, which wait actively,
go to sleep. Medians, quartiles and ratios go to stdout and to `results/<date>.json`.

Usage: python -m benchmarks.training_step [--rounds 21] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from time import sleep
from typing import Any

from benchmarks.workload import WORKLOADS

OURS, YARDSTICK = "neurospike", "yardstick"
PEERS = ("snntorch", "spikingjelly", "norse")
#: Seconds between two turns.
PAUSE = 0.3
ROOT = Path(__file__).resolve().parent.parent


class Worker:
    """A contestant's process.

    Args:
        name: file stem in `contestants/`.
        workload: name of the workload.
    """

    def __init__(self, name: str, workload: str) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.worker", name, workload]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)
        self.name = name
        self.about: dict[str, Any] = self._answer()
        self.seconds: list[float] = []

    def turn(self) -> None:
        """Let the contestant train some steps and keep their seconds."""
        assert self.process.stdin is not None
        sleep(PAUSE)
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.seconds += self._answer()

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended; its message is above")
        return json.loads(line)


def measure(workload: str, rounds: int) -> dict[str, Any]:
    """Return the table of one workload."""
    workers = [Worker(name, workload) for name in (OURS, *PEERS, YARDSTICK)]
    for turn in range(rounds):
        shift = turn % len(workers)
        for worker in workers[shift:] + workers[:shift]:
            worker.turn()
    for worker in workers:
        worker.close()
    rows = {worker.name: worker.about | _summary(worker.seconds) for worker in workers}
    fastest = min(PEERS, key=lambda name: rows[name]["median_ms"])
    ratio = rows[fastest]["median_ms"] / rows[OURS]["median_ms"]
    target = WORKLOADS[workload].target
    return {
        "rounds": rounds,
        "contestants": rows,
        "fastest_peer": fastest,
        "ratio": round(ratio, 2),
        "target": target,
        "met": ratio >= target,
    }


def _summary(seconds: Sequence[float]) -> dict[str, float]:
    low, median, high = (1e3 * q for q in quantiles(seconds, n=4, method="inclusive"))
    return {
        "median_ms": round(median, 2),
        "quartile_1_ms": round(low, 2),
        "quartile_3_ms": round(high, 2),
    }


def machine() -> dict[str, Any]:
    """Return what the numbers depend on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    settings = ("OPENBLAS_", "OMP_", "MKL_")
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        # Other work on the machine slows contestants unequally: threads and memory are shared.
        "load_before": round(os.getloadavg()[0], 2),
        "settings": {k: v for k, v in sorted(os.environ.items()) if k.startswith(settings)},
    }


def table(name: str, result: dict[str, Any]) -> str:
    """Return the result of one workload as text."""
    ours = result["contestants"][OURS]["median_ms"]
    lines = [f"{name}, batch 64, 100 steps: one training step, {result['rounds']} turns"]
    for row in result["contestants"].values():
        rates = ", ".join(f"{rate:.0f}" for rate in row["firing_rates_hz"])
        lines.append(
            f"  {row['label']:<36} {row['median_ms']:9.1f} ms"
            f"  [{row['quartile_1_ms']:.1f}, {row['quartile_3_ms']:.1f}]"
            f"  {row['median_ms'] / ours:6.2f} x" + (f"  layers at {rates} Hz" if rates else "")
        )
    verdict = "met" if result["met"] else "NOT met"
    lines.append(
        f"  {result['ratio']:.2f} x faster than {result['fastest_peer']};"
        f" target {result['target']:.0f} x {verdict}"
    )
    return "\n".join(lines)


def main() -> None:
    """Measure every workload, print the tables and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    now = datetime.now(UTC)
    document: dict[str, Any] = {"date": f"{now:%Y-%m-%d}", "machine": machine(), "workloads": {}}
    if document["machine"]["load_before"] > 0.5:
        print("warning: the machine is busy; these ratios are no evidence", file=sys.stderr)
    for name in WORKLOADS:
        document["workloads"][name] = measure(name, options.rounds)
        print(table(name, document["workloads"][name]), flush=True)
    out = options.out or ROOT / "benchmarks" / "results" / f"{now:%Y-%m-%d}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(document, indent=2) + "\n")
    print(f"written: {out}")


if __name__ == "__main__":
    main()
