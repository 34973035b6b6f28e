"""What must hold before a run is continued: the same config, the same data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.config.load import LoadedConfig, config_hash, load_experiment
from neurospike_cli.differences import differences
from neurospike_cli.errors import DataError, RunError
from neurospike_cli.runs.directory import RunDirectory
from neurospike_cli.runs.documents import read_manifest
from neurospike_cli.training.preparation import Prepared

Weights = Mapping[str, NDArray[np.floating]]


def load_for_resume(
    run: RunDirectory, config: Path | None, overrides: Sequence[str]
) -> LoadedConfig:
    """Return the run's own config; one given beside it must say the same.

    Raises:
        RunError: the given config differs from the run's, value by value.
    """
    own = load_experiment(run.config)
    if config is None and not overrides:
        return own
    given = load_experiment(run.config if config is None else config, overrides)
    if config_hash(given.experiment) != config_hash(own.experiment):
        before, after = (c.experiment.model_dump(mode="json") for c in (own, given))
        rows = differences(before, after, "run")
        raise RunError(
            "the run belongs to another config: " + "; ".join(rows),
            where=str(run.path),
            hint="resume without a config, or train a new run",
        )
    return own


def check_data(run: RunDirectory, prepared: Prepared) -> None:
    """Compare the data that was read with what the run was trained on.

    Raises:
        DataError: it has changed since.
    """
    expected = read_manifest(run)["data_sha256"]
    for name, split in prepared.data.items():
        if name in expected and expected[name] != split.sha256:
            raise DataError(
                f"the {name} split is not the one that the run was made with",
                where=str(run.path),
                hint="bring the recordings back, or train a new run",
            )


def check_shapes(run: RunDirectory, found: Weights, expected: Weights) -> None:
    """Compare the weights of a checkpoint with those of the run's network.

    Raises:
        RunError: they are another network's.
    """
    shapes = [
        {name: array.shape for name, array in weights.items()} for weights in (found, expected)
    ]
    if shapes[0] != shapes[1]:
        raise RunError(
            f"a checkpoint of another network: expected {shapes[1]}, got {shapes[0]}",
            where=str(run.path / "checkpoints"),
            hint="bring the run's own checkpoints back, or train a new run",
        )
