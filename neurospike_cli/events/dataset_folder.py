"""A data set as a folder: events per split, labels, and a manifest with hashes.

```
manifest.json     format, classes, sensor, duration, counts, source, seed, sha256 of each file
labels.csv        split, recording, label, class: one line a recording
<split>.npz       t, x, y, p of all recordings, one after the other; recording i of the file has
                  the events offsets[i] … offsets[i + 1]; labels, recordings; not compressed
<split>.truth.npz truth: what made each event, a `Truth`; where that is known of every recording
```
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.split import SplitName
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream
from neurospike_cli.registry import Parameters

MANIFEST, LABELS = "manifest.json", "labels.csv"
COLUMNS = ("split", "recording", "label", "class")
ARRAYS: Mapping[str, np.dtype[Any]] = {
    **{name: EVENT_DTYPE[name] for name in ("t", "x", "y", "p")},
    **{name: np.dtype("<i8") for name in ("offsets", "labels", "recordings")},
}
TRUTH_ARRAYS: Mapping[str, np.dtype[Any]] = {"truth": np.dtype("u1")}


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
    version: Literal[1] = 1
    recordings: dict[str, int]
    """Number of recordings in each split."""
    events: dict[str, int]
    """Number of events in each split."""
    sha256: dict[str, str]
    """Hash of every other file."""


@dataclass(frozen=True, eq=False)
class Part:
    """One split: the numbers of its recordings in the source, ascending, and the recordings."""

    recordings: NDArray[np.int64]
    streams: tuple[EventStream, ...]

    @property
    def is_known(self) -> bool:
        """Whether there are recordings, and all of them tell what made their events."""
        return bool(self.streams) and all(stream.truth is not None for stream in self.streams)


def write_dataset(
    folder: Path, description: Description, parts: Mapping[SplitName, Part]
) -> Manifest:
    """Write a data set into an existing folder and return its manifest."""
    files = {f"{split}.npz": _packed(part) for split, part in parts.items()}
    for split, part in parts.items():
        if part.is_known:
            files[truth_file(split)] = _packed_truth(part)
    files[LABELS] = _label_table(description.classes, parts).encode()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    manifest = Manifest(
        **dict(description),
        recordings={split: len(part.streams) for split, part in parts.items()},
        events={split: sum(map(len, part.streams)) for split, part in parts.items()},
        sha256={name: sha256_of(data) for name, data in sorted(files.items())},
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return manifest


def truth_file(split: SplitName) -> str:
    """Return the name of the file with the truth of a split's events."""
    return f"{split}.truth.npz"


def sha256_of(data: bytes) -> str:
    """Return the hex digest of `data`."""
    return hashlib.sha256(data).hexdigest()


def _packed(part: Part) -> bytes:
    events = np.concatenate([np.empty(0, EVENT_DTYPE), *(s.events for s in part.streams)])
    arrays = {
        **{name: events[name] for name in ("t", "x", "y", "p")},
        "offsets": np.cumsum([0, *map(len, part.streams)]),
        "labels": np.array([s.label for s in part.streams]),
        "recordings": part.recordings,
    }
    buffer = io.BytesIO()
    exact = {name: np.ascontiguousarray(arrays[name], dtype) for name, dtype in ARRAYS.items()}
    np.savez(buffer, **exact)  # type: ignore[arg-type]  # its `allow_pickle` is not a name here
    return buffer.getvalue()


def _packed_truth(part: Part) -> bytes:
    known = [stream.truth for stream in part.streams if stream.truth is not None]
    buffer = io.BytesIO()
    np.savez(buffer, truth=np.concatenate(known).astype(TRUTH_ARRAYS["truth"]))
    return buffer.getvalue()


def _label_table(classes: tuple[str, ...], parts: Mapping[SplitName, Part]) -> str:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for split, part in parts.items():
        for recording, stream in zip(part.recordings.tolist(), part.streams, strict=True):
            assert stream.label is not None, "a recording of a data set has a label"
            writer.writerow([split, recording, stream.label, classes[stream.label]])
    return table.getvalue()
