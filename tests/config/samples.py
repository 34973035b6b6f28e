"""A small valid config, and ways to read texts as configs."""

from __future__ import annotations

from pathlib import Path

import pytest

from neurospike_cli.config.load import LoadedConfig, load_experiment
from neurospike_cli.errors import ConfigError, Problem

GOOD = """\
name: directions
seed: 7
data:
  source: synthetic
  sensor: {width: 16, height: 8}
  classes:
    right: {pattern: moving_bar, direction: 0.0}
    left: {pattern: moving_bar, direction: 180.0}
  encoder: {type: binary, dt: 1.0}
network:
  hidden:
    - size: 64
      neuron:
        model: lif
        tau_m: 20.0
        v_thresh: -50.0
training:
  phases:
    - {rule: surrogate_gradient, epochs: 2, optimizer: {type: adam, learning_rate: 1e-3}}
"""


def load_text(folder: Path, text: str, *overrides: str) -> LoadedConfig:
    """Load `text` as a config file with `overrides`."""
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_experiment(path, overrides)


def problems_in(folder: Path, text: str, *overrides: str) -> tuple[Problem, ...]:
    """Return the problems of `text`, which must have some."""
    with pytest.raises(ConfigError) as caught:
        load_text(folder, text, *overrides)
    return caught.value.problems


def only_problem(folder: Path, text: str, *overrides: str) -> Problem:
    """Return the one problem of `text`, which must have exactly that."""
    found = problems_in(folder, text, *overrides)
    assert len(found) == 1, found
    return found[0]


def position(text: str, part: str) -> tuple[int, int]:
    """Return line and column, from 1, of the first occurrence of `part`."""
    before = text[: text.index(part)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")
