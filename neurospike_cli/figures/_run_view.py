"""What a run directory holds, read once, as the figures see it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import RunError
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.runs.arrays import read_arrays

Document = Mapping[str, Any]
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class RecordedActivity:
    """Spikes of one evaluated sample per class.

    Attributes:
        spikes: train of the input and of every layer by name, in the order of the signal.
        labels: true class of each sample, (n_samples,).
        predicted: class the network answered, (n_samples,).
        pictures: what the input shows, (sample, row, column), where that is an image.
    """

    spikes: Mapping[str, SpikeTrain]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    pictures: NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class RunView:
    """The content of a run directory; what is not there yet is empty or None.

    Attributes:
        path: the directory.
        name: what to call the run in a title.
        metrics: lines of `metrics.jsonl`, one an epoch.
        evaluations: documents of `evaluation/` by split.
        weights: arrays of `weights.npz` by name, in mV.
        network: `network.json`.
        activity: `activity.npz`.
    """

    path: Path
    name: str
    metrics: tuple[Document, ...] = ()
    evaluations: Mapping[str, Document] = field(default_factory=dict)
    weights: Arrays = field(default_factory=dict)
    network: Document = field(default_factory=dict)
    activity: RecordedActivity | None = None

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, as the network or an evaluation knows them."""
        sources = [self.network, *self.evaluations.values()]
        return next((tuple(map(str, s["classes"])) for s in sources if s.get("classes")), ())

    def class_name(self, label: int) -> str:
        """Return the name of class `label`, its number where the run does not name it."""
        names = self.classes
        return names[label] if 0 <= label < len(names) else str(label)


def open_run(path: Path) -> RunView:
    """Return the content of the run directory `path`.

    Raises:
        RunError: `path` is not a directory, or a file in it is damaged.
    """
    if not path.is_dir():
        raise RunError("not a run directory", where=str(path))
    return RunView(
        path=path,
        name=f"{path.resolve().parent.name}/{path.resolve().name}",
        metrics=_json_lines(path / "metrics.jsonl"),
        evaluations={p.stem: _document(p) for p in sorted((path / "evaluation").glob("*.json"))},
        weights=_arrays(path / "weights.npz"),
        network=_document(path / "network.json"),
        activity=_activity(path / "activity.npz"),
    )


def _json_lines(path: Path) -> tuple[Document, ...]:
    if not path.exists():
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_parse(line, f"{path}:{i}") for i, line in enumerate(lines, 1) if line.strip())


def _document(path: Path) -> Document:
    return _parse(path.read_text(encoding="utf-8"), str(path)) if path.exists() else {}


def _parse(text: str, where: str) -> Document:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RunError(f"damaged JSON: {error}", where=where) from error
    if not isinstance(parsed, dict):
        raise RunError("damaged JSON: must be an object", where=where)
    return parsed


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    return read_arrays(path, "array file") if path.exists() else {}


def _activity(path: Path) -> RecordedActivity | None:
    arrays = _arrays(path)
    if not arrays:
        return None
    suffix = ".offsets"
    names = [name.removesuffix(suffix) for name in arrays if name.endswith(suffix)]
    try:
        trains = {name: _spike_train(arrays, name) for name in sorted(names, key=signal_order)}
        answers = arrays["labels"], arrays["predicted"]
        return RecordedActivity(trains, *answers, arrays.get("pictures"))
    except KeyError as error:
        raise RunError(f"array {error} is missing", where=str(path)) from error


def _spike_train(arrays: Arrays, name: str) -> SpikeTrain:
    return SpikeTrain(
        dt=float(arrays["dt"]),
        n_samples=len(arrays["labels"]),
        n_steps=int(arrays["n_steps"]),
        n_channels=int(arrays[f"{name}.size"]),
        offsets=arrays[f"{name}.offsets"].astype(np.int64),
        channels=arrays[f"{name}.channels"].astype(np.int32),
    )


def signal_order(layer: str) -> tuple[int, int]:
    """Return a sort key that puts the input first, then hidden.0, hidden.1 …, the output last."""
    kind, _, index = layer.partition(".")
    return {"input": 0, "hidden": 1}.get(kind, 2), int(index or 0)
