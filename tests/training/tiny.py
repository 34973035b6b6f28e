"""An experiment that trains in a quarter of a second: two directions of a bar on 6×6 pixels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from neurospike_cli.cli import main

CONFIG = """\
name: tiny
seed: 3
data:
  source: synthetic
  sensor: {width: 6, height: 6}
  duration: 30.0
  classes:
    right: {pattern: moving_bar, direction: 0.0, velocity: 0.5}
    left: {pattern: moving_bar, direction: 180.0, velocity: 0.5}
  samples_per_class: 20
  noise: {rate: 2.0}
network:
  hidden: [{size: 12, recurrent: {probability: 0.2}}]
training:
  phases:
    - rule: surrogate_gradient
      epochs: 3
      batch_size: 8
      optimizer: {type: adam, learning_rate: 5e-3}
figures: []
"""


def write_config(folder: Path, text: str = CONFIG) -> Path:
    """Write the experiment's config and return its path."""
    path = folder / "tiny.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def train(folder: Path, *arguments: str) -> Path:
    """Train in `folder` by the command line and return the run directory."""
    folder.mkdir(exist_ok=True)
    config = write_config(folder)
    out = folder / "outputs"
    code = main(["-q", "train", str(config), "--out", str(out), *arguments])
    assert code == 0
    return latest(out)


def latest(out: Path) -> Path:
    """Return the latest run of the experiment."""
    return out / "tiny" / (out / "tiny" / "LATEST").read_text().strip()


def epochs_of(run: Path) -> list[dict[str, Any]]:
    """Return the lines of metrics.jsonl without what the clock puts there."""
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{k: v for k, v in line.items() if k != "seconds"} for line in lines]
