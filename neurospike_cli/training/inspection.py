"""What a path is: a run, a data set, a config, a recording, signals or a folder of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.config.load import load_experiment
from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.formats._recording_file import Watch
from neurospike_cli.events.layouts.idx_folder import IMAGES
from neurospike_cli.events.stored.dataset_folder import MANIFEST as DATASET_MANIFEST
from neurospike_cli.events.stored.partial_folder import REQUEST
from neurospike_cli.events.surveys.recording_facts import recording_facts, recording_numbers
from neurospike_cli.events.surveys.recording_survey import survey
from neurospike_cli.events.surveys.signal_survey import (
    is_signal_file,
    is_signal_folder,
    survey_signals,
)
from neurospike_cli.events.surveys.spike_survey import is_spike_file, spike_facts
from neurospike_cli.runs.arrays import read_arrays
from neurospike_cli.runs.directory import RunDirectory, is_run
from neurospike_cli.runs.documents import read_manifest, read_summary
from neurospike_cli.training.estimate import estimate
from neurospike_cli.training.folder_inspection import (
    dataset_report,
    folder_report,
    images_report,
    nmnist_report,
    signal_folder_report,
    unfinished_report,
)
from neurospike_cli.training.report import Report

Facts = dict[str, Any]


def describe(
    path: Path,
    overrides: Sequence[str] = (),
    say: Callable[[str], None] = lambda line: None,
    watch: Watch = lambda done, total: None,
) -> Report:
    """Return what lies at `path`.

    Args:
        path: a file or folder.
        overrides: changes to a config, as for `load_experiment`.
        say: hears if something has to be compiled.
        watch: hears how much of how much has been read.

    Raises:
        DataError: nothing is there, or nothing that is known.
        UsageError: there are overrides, and it is no config.
        ConfigError: it is a config with errors.
    """
    if not path.exists():
        raise DataError("no such file or folder", where=str(path))
    if overrides and not _is_config(path):
        raise UsageError("--set changes a config, and this is none", where=str(path))
    if _is_config(path):
        return Report("a config", estimate(load_experiment(path, overrides).experiment, say))
    for applies, report in _KINDS:
        if applies(path):
            return report(path, watch)
    raise DataError("is neither a file nor a folder", where=str(path))


def _is_dataset(path: Path) -> bool:
    return (path / DATASET_MANIFEST).is_file()


def _is_nmnist(path: Path) -> bool:
    return (path / "Train").is_dir()


def _is_images(path: Path) -> bool:
    return any((path / f"{IMAGES}{suffix}").is_file() for suffix in ("", ".gz"))


def _is_config(path: Path) -> bool:
    return path.suffix in (".yaml", ".yml")


def _run(path: Path, watch: Watch) -> Report:
    run = RunDirectory(path)
    manifest = read_manifest(run)
    facts: Facts = {key: manifest[key] for key in ("name", "status", "started")}
    if manifest["finished"] is not None:
        facts["finished"] = manifest["finished"]
    facts["seed"] = manifest["seed"]
    facts["engine"] = manifest["engine"]
    facts["config sha256"] = manifest["config_sha256"]
    facts["files"] = len(manifest["files"])
    numbers: Facts = {}
    if run.summary.exists():
        summary = read_summary(run)
        numbers["splits"] = summary["splits"]
        facts |= {key: summary[key] for key in ("neurons", "connections", "epochs")}
        facts["best epoch"] = summary["best_epoch"]
        for split, result in summary["splits"].items():
            facts[f"{split} accuracy"] = f"{100 * result['accuracy']:.2f} %"
    if run.weights.exists():
        for name, weight in read_arrays(run.weights, "weight file").items():
            facts[name] = _weights(weight.astype(np.float64))
    return Report("a run", facts, numbers)


def _weights(weight: NDArray[np.float64]) -> str:
    """Return the statistics of a weight array."""
    if not weight.size:
        return "no connections"
    return (
        f"{weight.size:,} weights, mean {weight.mean():.3g} mV, sd {weight.std():.3g}, "
        f"{weight.min():.3g} to {weight.max():.3g}, {(weight == 0).mean():.1%} at 0"
    )


def _recording(path: Path, watch: Watch) -> Report:
    found = survey(path, watch)
    return Report("a recording", recording_facts(found), recording_numbers(found), found)


def _is_signals(path: Path) -> bool:
    return path.is_file() and is_signal_file(path)


def _signals(path: Path, watch: Watch) -> Report:
    found = survey_signals(path)
    return Report("a file of signals", found.facts(), found.numbers())


def _spikes(path: Path, watch: Watch) -> Report:
    return Report("a file of spikes of many recordings", *spike_facts(path))


def _is_signal_folder(path: Path) -> bool:
    return path.is_dir() and is_signal_folder(path)


def _is_unfinished(path: Path) -> bool:
    return (path / REQUEST).is_file()


_KINDS: tuple[tuple[Callable[[Path], bool], Callable[[Path, Watch], Report]], ...] = (
    (is_run, _run),
    (_is_dataset, dataset_report),
    (_is_nmnist, nmnist_report),
    (_is_images, images_report),
    (_is_unfinished, unfinished_report),
    (_is_signals, _signals),
    (is_spike_file, _spikes),
    (_is_signal_folder, signal_folder_report),
    (Path.is_file, _recording),
    (Path.is_dir, folder_report),
)
