"""A data set as a folder: events per split, labels, and a manifest with hashes.

```
manifest.json     format, classes, sensor, duration, counts, source, seed, sha256 of each file
labels.csv        split, recording, label, class: one line a recording
<split>.npz       t, x, y, p of all recordings, one after the other; recording i of the file has
                  the events offsets[i] … offsets[i + 1]; labels, recordings; not compressed
```

Version 2 has `truth` too, what each event was made by; it is written where all recordings know it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.atomic import sha256_of, write_text, write_with
from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.split import SplitName
from neurospike_cli.events.stream import EVENT_DTYPE
from neurospike_cli.registry import Parameters

MANIFEST, LABELS = "manifest.json", "labels.csv"
COLUMNS = ("split", "recording", "label", "class")
TRUTH = "truth"
#: Of one value an event, and of one value a recording.
_OF_EVENTS: Mapping[str, np.dtype[Any]] = {name: EVENT_DTYPE[name] for name in ("t", "x", "y", "p")}
_OF_RECORDINGS = {name: np.dtype("<i8") for name in ("offsets", "labels", "recordings")}
_AT_A_TIME = 2**14  # lines of the table


class Description(Parameters):
    """What a data set says about itself, apart from its files."""

    classes: tuple[str, ...] = Field(min_length=1)
    """Names of the classes by label."""
    sensor: Sensor
    """The sensor's size."""
    duration: float = Field(gt=0.0)
    """Length of each recording, in ms."""
    seed: int = Field(ge=0)
    """The seed that the recordings and their split were made with."""
    source: dict[str, Any]
    """The source that the recordings come from, as in its config."""


class Manifest(Description):
    """The content of `manifest.json`."""

    format: Literal["neurospike-events"] = "neurospike-events"
    version: Literal[1, 2] = 1
    recordings: dict[str, int]
    """Number of recordings in each split."""
    events: dict[str, int]
    """Number of events in each split."""
    sha256: dict[str, str]
    """Hash of every other file."""

    @property
    def has_truth(self) -> bool:
        """Whether it is known what each event was made by."""
        return self.version > 1


def columns_of(*, has_truth: bool) -> Mapping[str, np.dtype[Any]]:
    """Return the type of each array with a value for each event, by name."""
    return {**_OF_EVENTS, **({TRUTH: np.dtype("u1")} if has_truth else {})}


def arrays_of(*, has_truth: bool) -> Mapping[str, np.dtype[Any]]:
    """Return the type of each array of a split's file, by name, in its order."""
    return {**columns_of(has_truth=has_truth), **_OF_RECORDINGS}


def write_labels(
    path: Path,
    classes: tuple[str, ...],
    partition: Mapping[SplitName, NDArray[np.int64]],
    labels: NDArray[np.int64],
) -> None:
    """Write the table of labels.

    Args:
        path: the file.
        classes: their names by label.
        partition: the recordings of each split.
        labels: the class of every recording, (recording,).
    """

    def write(file: Any) -> None:
        file.write(_lines([COLUMNS]))
        for split, recordings in partition.items():
            for start in range(0, len(recordings), _AT_A_TIME):
                piece = recordings[start : start + _AT_A_TIME]
                pairs = zip(piece.tolist(), labels[piece].tolist(), strict=True)
                file.write(_lines([(split, i, label, classes[label]) for i, label in pairs]))

    write_with(path, write)


def write_manifest(
    folder: Path,
    description: Description,
    partition: Mapping[SplitName, NDArray[np.int64]],
    events: Mapping[SplitName, int],
    *,
    has_truth: bool,
) -> Manifest:
    """Write the manifest of a folder that holds all other files, and return it."""
    names = sorted([LABELS, *(f"{split}.npz" for split in partition)])
    manifest = Manifest(
        **dict(description),
        version=2 if has_truth else 1,
        recordings={split: len(recordings) for split, recordings in partition.items()},
        events=dict(events),
        sha256={name: sha256_of(folder / name) for name in names},
    )
    write_text(folder / MANIFEST, manifest.model_dump_json(indent=2) + "\n")
    return manifest


def _lines(rows: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
