"""What a path is, in a title and facts: a run, a data set, a config, a recording or signals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.config.load import load_experiment
from neurospike_cli.errors import DataError, UsageError
from neurospike_cli.events.dataset_folder import MANIFEST as DATASET_MANIFEST
from neurospike_cli.events.dataset_reader import open_dataset
from neurospike_cli.events.formats.nmnist import SIDE
from neurospike_cli.events.idx_folder import IMAGES
from neurospike_cli.events.recognition import is_recording
from neurospike_cli.events.recording_facts import recording_facts
from neurospike_cli.events.signal_files import signal_facts, signal_format
from neurospike_cli.events.sources.images import Images
from neurospike_cli.events.sources.nmnist import NMNIST
from neurospike_cli.runs.arrays import read_arrays
from neurospike_cli.runs.directory import RunDirectory, is_run
from neurospike_cli.runs.documents import read_manifest, read_summary
from neurospike_cli.training.estimate import estimate

Facts = dict[str, Any]


def describe(
    path: Path, overrides: Sequence[str] = (), say: Callable[[str], None] = lambda line: None
) -> tuple[str, Facts]:
    """Return a title and the facts about what lies at `path`.

    Args:
        path: a file or folder.
        overrides: changes to a config, as for `load_experiment`.
        say: hears if something has to be compiled.

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
        return "a config", estimate(load_experiment(path, overrides).experiment, say)
    for applies, facts in _KINDS:
        if applies(path):
            return facts(path)
    raise DataError(
        "neither a run, a data set nor a folder of N-MNIST or images",
        where=str(path),
        hint="a recording is a file in it: inspect one of these",
    )


def _is_dataset(path: Path) -> bool:
    return (path / DATASET_MANIFEST).is_file()


def _is_nmnist(path: Path) -> bool:
    return (path / "Train").is_dir()


def _is_images(path: Path) -> bool:
    return any((path / f"{IMAGES}{suffix}").is_file() for suffix in ("", ".gz"))


def _is_config(path: Path) -> bool:
    return path.suffix in (".yaml", ".yml")


def _run(path: Path) -> tuple[str, Facts]:
    run = RunDirectory(path)
    manifest = read_manifest(run)
    facts: Facts = {key: manifest[key] for key in ("name", "status", "started")}
    if manifest["finished"] is not None:
        facts["finished"] = manifest["finished"]
    facts["seed"] = manifest["seed"]
    facts["engine"] = manifest["engine"]
    facts["config sha256"] = manifest["config_sha256"]
    facts["files"] = len(manifest["files"])
    if run.summary.exists():
        summary = read_summary(run)
        facts |= {key: summary[key] for key in ("neurons", "connections", "epochs")}
        facts["best epoch"] = summary["best_epoch"]
        for split, result in summary["splits"].items():
            facts[f"{split} accuracy"] = f"{100 * result['accuracy']:.2f} %"
    if run.weights.exists():
        for name, weight in read_arrays(run.weights, "weight file").items():
            facts[name] = _weights(weight.astype(np.float64))
    return "a run", facts


def _weights(weight: NDArray[np.float64]) -> str:
    """Return the statistics of a weight array."""
    if not weight.size:
        return "no connections"
    return (
        f"{weight.size:,} weights, mean {weight.mean():.3g} mV, sd {weight.std():.3g}, "
        f"{weight.min():.3g} to {weight.max():.3g}, {(weight == 0).mean():.1%} at 0"
    )


def _dataset(path: Path) -> tuple[str, Facts]:
    manifest = open_dataset(path).manifest
    facts: Facts = {
        "classes": ", ".join(manifest.classes),
        "sensor": f"{manifest.sensor.width} x {manifest.sensor.height} px",
        "duration": f"{manifest.duration:g} ms",
        "seed": manifest.seed,
    }
    for split, number in manifest.recordings.items():
        facts[split] = f"{number} recordings, {manifest.events[split]} events"
    return "a data set", facts


def _nmnist(path: Path) -> tuple[str, Facts]:
    labels = NMNIST(root=str(path)).labels()
    facts: Facts = {"sensor": f"{SIDE} x {SIDE} px", "recordings": len(labels)}
    facts["per class"] = ", ".join(str(n) for n in np.bincount(labels))
    return "an N-MNIST folder", facts


def _images(path: Path) -> tuple[str, Facts]:
    source = Images(root=str(path), classes=256)
    (width, height), labels = source.sensor_size, source.labels()
    facts: Facts = {"images": len(labels), "size": f"{width} x {height} px"}
    facts["per class"] = ", ".join(str(n) for n in np.bincount(labels))
    return "a folder of images", facts


def _is_signals(path: Path) -> bool:
    return path.is_file() and not is_recording(path) and signal_format(path) is not None


def _signals(path: Path) -> tuple[str, Facts]:
    return "a file of signals", signal_facts(path)


def _recording(path: Path) -> tuple[str, Facts]:
    return "a recording", recording_facts(path)


_KINDS: tuple[tuple[Callable[[Path], bool], Callable[[Path], tuple[str, Facts]]], ...] = (
    (is_run, _run),
    (_is_dataset, _dataset),
    (_is_nmnist, _nmnist),
    (_is_images, _images),
    (_is_signals, _signals),
    (Path.is_file, _recording),
)
