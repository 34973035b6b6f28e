"""Trains a config of `configs/benchmarks/` with several seeds and keeps what the test says.

`python -m benchmarks.tasks NAME [--seeds N] [--root FOLDER]`, or `make results-NAME`, writes
`benchmarks/results/tasks/NAME.json`; `docs/results.md` has a row for each of these files.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine

HERE = Path(__file__).parent
CONFIGS, RESULTS = HERE.parent / "configs" / "benchmarks", HERE / "results" / "tasks"
#: What is kept of an evaluation of the test split.
MEASURES = ("accuracy", "yardstick_accuracy", "spikes_per_sample", "synaptic_operations", "samples")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the seeds one after the other and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=sorted(path.stem for path in CONFIGS.glob("*.yaml")))
    parser.add_argument("--seeds", type=int, default=3, help="how many, from 1 on")
    parser.add_argument("--root", type=Path, help="folder of the recordings or images")
    chosen = parser.parse_args(arguments)
    given = [] if chosen.root is None else ["--set", f"data.root={chosen.root}"]
    runs = []
    for seed in range(1, chosen.seeds + 1):
        runs.append(run_seed(CONFIGS / f"{chosen.name}.yaml", seed, given))
        print(f"{chosen.name}: {runs[-1]}", flush=True)
    document = {"config": chosen.name, "date": date.today().isoformat(), "machine": machine()}
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{chosen.name}.json"
    path.write_text(json.dumps(document | {"runs": runs}, indent=1) + "\n", encoding="utf-8")


def run_seed(config: Path, seed: int, given: Sequence[str]) -> dict[str, Any]:
    """Return what one seed gives: results on the test split, and the seconds of training."""
    with tempfile.TemporaryDirectory() as folder:
        options = [*given, "--set", "figures=[]", "--seed", str(seed), "--out", folder]
        start = time.perf_counter()
        run = neurospike("train", str(config), *options).strip()
        seconds = time.perf_counter() - start
        result = json.loads(neurospike("--json", "evaluate", run))
        more = {name: of(Path(run)) for name, of in FURTHER.get(config.stem, {}).items()}
    kept = {key: result[key] for key in MEASURES} | more
    return {"seed": seed, "seconds": round(seconds, 1)} | kept


def rank_of_first(run: Path) -> int:
    """Return the rank of the synapse from channel 0 to neuron 0 among all, 1 for the strongest."""
    weight = np.load(run / "weights.npz")["hidden.0.weight"]
    return int((weight >= weight[0, 0]).sum())


#: What is read from a run beside its evaluation, for some configs.
FURTHER = {"distal_reward": {"rank": rank_of_first}}


def neurospike(*words: str) -> str:
    """Return what a command prints."""
    command = [sys.executable, "-m", "neurospike_cli", "--quiet", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
