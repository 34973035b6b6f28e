"""Time and memory against other libraries and plain PyTorch, interleaved in one run.

Every contestant sits in a process of its own with all cores to itself: round by round each is
given a turn while the others sleep, so that a slow minute of the machine hits all of them. The
order rotates. A turn is some steps in a row, as in training, of which those of the first 0.15 s
do not count: caches are cold then, and threads that slept share a core. Medians, quartiles, peak
memory and ratios go to stdout and to `results/<date>.json`.

Usage: python -m benchmarks.compare [--only ROW]... [--rounds N] [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import machine
from benchmarks.rows.table import ROWS

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure the rows, print their tables and write the results."""
    options = _options()
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    document: dict[str, Any] = {"date": today, "machine": machine(), "rows": {}}
    if document["machine"]["load_before"] > 0.5:
        print("warning: the machine is busy; these ratios are no evidence", file=sys.stderr)
    for name in options.only or ROWS:
        document["rows"][name] = ROWS[name].measure(options.rounds)
        print(ROWS[name].table(document["rows"][name]), flush=True)
    # A part of the table must not replace the whole one of the same day.
    stem = "-".join([today, *(options.only or ())])
    out: Path = options.out or RESULTS / f"{stem}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"written: {out}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=ROWS, help="a row; may be repeated")
    parser.add_argument("--rounds", type=int, help="turns of each contestant")
    parser.add_argument("--out", type=Path, help="the file to write")
    return parser.parse_args()


if __name__ == "__main__":
    main()
