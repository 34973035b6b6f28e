"""Experiments of `tiny.py`'s bars whose first layer learns by the times of spikes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from neurospike_cli.cli import main
from neurospike_cli.commands import _progress
from neurospike_cli.learning import reward_stdp, stdp
from tests.training import tiny

#: The bars of `tiny.CONFIG`, and another network.
STDP = (
    tiny.CONFIG.partition("network:")[0]
    + """\
network:
  hidden:
    - size: 8
      neuron: {model: lif, v_rest: -65.0, v_thresh: -60.0}
      initial_weights: {low: 0.1, high: 0.6}
      adaptive_threshold: {theta_plus: 0.05}
  readout: {type: all_activity}
training:
  phases:
    - rule: stdp
      layers: [0]
      epochs: 3
      a_plus: 0.02
      a_minus: 0.01
      normalization: {type: l1, target: auto}
figures: []
"""
)
#: The same bars, answered by two neurons that learn from rewards.
REWARD = (
    STDP.replace("all_activity", "spike_count, initial_weights: {low: 0.5, high: 0.9}")
    .replace("rule: stdp", "rule: reward_stdp\n      learning_rate: 0.2")
    .replace("layers: [0]", "layers: [0, 1]")
)
#: Samples that rules look at once in these tests: 28 of the training split are 4 batches.
AT_A_TIME, BATCHES = 8, 4


def small_batches(patch: pytest.MonkeyPatch, size: int = AT_A_TIME) -> None:
    """Let both rules look up more often: 28 samples in one piece have no middle."""
    patch.setattr(stdp, "SAMPLES_AT_A_TIME", size)
    patch.setattr(reward_stdp, "TRIALS_AT_A_TIME", size)


def train(folder: Path, text: str, *overrides: str) -> Path:
    """Train and return the run directory."""
    folder.mkdir(exist_ok=True)
    sets = [word for override in overrides for word in ("--set", override)]
    config, out = tiny.write_config(folder, text), folder / "o"
    assert main(["-q", "train", str(config), "--out", str(out), *sets]) == 0
    return tiny.latest(out)


def interrupted(
    folder: Path, text: str, patch: pytest.MonkeyPatch, after: int, *overrides: str
) -> Path:
    """Train, with Ctrl-C once `after` batches are done, and return the run."""
    seen: list[int] = []

    def count(self: _progress.LineObserver) -> None:
        seen.append(1)
        if len(seen) == after:
            os.kill(os.getpid(), signal.SIGINT)

    sets = [word for override in overrides for word in ("--set", override)]
    with patch.context() as inner:
        inner.setattr(_progress.LineObserver, "batch_done", count)
        config = tiny.write_config(folder, text)
        assert main(["-q", "train", str(config), "--out", str(folder / "o"), *sets]) == 130
    return tiny.latest(folder / "o")


def arrays(path: Path, prefix: str = "") -> dict[str, np.ndarray]:
    """Return the arrays of a file whose names begin with `prefix`, without it."""
    with np.load(path) as file:
        return {n.removeprefix(prefix): file[n] for n in file.files if n.startswith(prefix)}
