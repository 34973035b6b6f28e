"""Reads a data set folder back, believing nothing that its hashes do not confirm."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from neurospike_cli.errors import DataError
from neurospike_cli.events.array_archive import read_arrays
from neurospike_cli.events.dataset_folder import (
    ARRAYS,
    COLUMNS,
    LABELS,
    MANIFEST,
    TRUTH_ARRAYS,
    Manifest,
    Part,
    sha256_of,
    truth_file,
)
from neurospike_cli.events.split import SPLITS, SplitName
from neurospike_cli.events.stream import EVENT_DTYPE, EventStream
from neurospike_cli.events.truth import Truth

MAX_MANIFEST_BYTES = 16 * 2**20
_AGAIN = "make the data set again with `neurospike generate`"


@dataclass(frozen=True, eq=False)
class StoredDataset:
    """A data set folder whose manifest and labels have been read.

    Attributes:
        folder: where it is.
        manifest: what it says about itself.
        labels: class of every recording by its number, (recording,).
        partition: numbers of the recordings of each split, ascending.
    """

    folder: Path
    manifest: Manifest
    labels: NDArray[np.int64]
    partition: Mapping[SplitName, NDArray[np.int64]]


def open_dataset(folder: Path) -> StoredDataset:
    """Return a data set without reading any events.

    Raises:
        DataError: there is none, or its manifest or labels are damaged.
    """
    manifest = _manifest(folder / MANIFEST)
    rows = _label_rows(_verified(folder, LABELS, manifest), manifest.classes, folder / LABELS)
    by_split = {name: [r for r, (split, _) in rows.items() if split == name] for name in SPLITS}
    return StoredDataset(
        folder=folder,
        manifest=manifest,
        labels=np.array([rows[r][1] for r in range(len(rows))], dtype=np.int64),
        partition={name: np.array(sorted(r), dtype=np.int64) for name, r in by_split.items()},
    )


def read_part(stored: StoredDataset, split: SplitName) -> Part:
    """Return the recordings of one split.

    Raises:
        DataError: the split's file is missing, damaged, or contradicts the labels.
    """
    name = f"{split}.npz"
    where = str(stored.folder / name)
    arrays = read_arrays(_verified(stored.folder, name, stored.manifest), ARRAYS, where)
    expected = stored.partition[split]
    if not (
        np.array_equal(arrays["recordings"], expected)
        and np.array_equal(arrays["labels"], stored.labels[expected])
    ):
        raise DataError(f"its recordings are not those of {LABELS}", where=where, hint=_AGAIN)
    streams = _with_truth(stored, split, _streams(stored, arrays, where))
    return Part(recordings=expected, streams=streams)


def _with_truth(
    stored: StoredDataset, split: SplitName, streams: tuple[EventStream, ...]
) -> tuple[EventStream, ...]:
    """Return the recordings with what made their events, where the data set tells it."""
    name = truth_file(split)
    if name not in stored.manifest.sha256:
        return streams
    where = str(stored.folder / name)
    data = _verified(stored.folder, name, stored.manifest)
    truth = read_arrays(data, TRUTH_ARRAYS, where)["truth"]
    ends = np.cumsum([len(stream) for stream in streams])
    if len(truth) != (ends[-1] if len(ends) else 0) or truth.max(initial=0) > max(Truth):
        message = "does not tell one cause of each event"
        raise DataError(message, where=where, hint=_AGAIN)
    pieces = np.split(truth, ends[:-1])
    return tuple(replace(s, truth=piece) for s, piece in zip(streams, pieces, strict=False))


def _streams(
    stored: StoredDataset, arrays: Mapping[str, NDArray[Any]], where: str
) -> tuple[EventStream, ...]:
    if not _is_divided(arrays):
        raise DataError("its offsets do not fit its events", where=where, hint=_AGAIN)
    events = np.empty(len(arrays["t"]), dtype=EVENT_DTYPE)
    for name in EVENT_DTYPE.names or ():
        events[name] = arrays[name]
    sensor = stored.manifest.sensor
    numbers, labels = arrays["recordings"].tolist(), arrays["labels"].tolist()
    pieces = np.split(events, arrays["offsets"][1:-1])
    return tuple(
        EventStream(
            width=sensor.width,
            height=sensor.height,
            events=piece,
            label=label,
            provenance=f"{where} recording {number}",
            duration=stored.manifest.duration,
        )
        # An empty split has one offset and no piece, and `np.split` one empty array for it.
        for piece, label, number in zip(pieces[: len(labels)], labels, numbers, strict=True)
    )


def _is_divided(arrays: Mapping[str, NDArray[Any]]) -> bool:
    """Return whether the offsets cut t, x, y and p, all of one length, into the recordings."""
    lengths = {len(arrays[name]) for name in EVENT_DTYPE.names or ()}
    offsets = arrays["offsets"]
    return (
        len(offsets) == len(arrays["labels"]) + 1
        and (offsets[0], {int(offsets[-1])}) == (0, lengths)
        and bool((np.diff(offsets) >= 0).all())
    )


def _manifest(path: Path) -> Manifest:
    try:
        if not path.is_file():
            raise DataError(
                "is no data set: it has no manifest.json",
                where=str(path.parent),
                hint="set `root` to a folder that `neurospike generate` made",
            )
        if path.stat().st_size > MAX_MANIFEST_BYTES:
            raise DataError("is too large for a manifest", where=str(path))
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(f"{key}: {first['msg']}", where=str(path), hint=_AGAIN) from error


def _verified(folder: Path, name: str, manifest: Manifest) -> bytes:
    path = folder / name
    try:
        data = path.read_bytes() if path.is_file() else None
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=str(path)) from error
    if data is None:
        raise DataError("is missing from the data set", where=str(path), hint=_AGAIN)
    if sha256_of(data) != manifest.sha256.get(name):
        raise DataError("its SHA-256 is not that of the manifest", where=str(path), hint=_AGAIN)
    return data


def _label_rows(data: bytes, classes: tuple[str, ...], path: Path) -> dict[int, tuple[str, int]]:
    """Return (split, label) by recording; the recordings are 0, 1, … without a gap."""
    rows: dict[int, tuple[str, int]] = {}
    header, *lines = list(csv.reader(io.StringIO(data.decode("utf-8", "replace")))) or [[]]
    known = {(split, str(i), name) for split in SPLITS for i, name in enumerate(classes)}
    for number, line in enumerate(lines, start=2):
        fields = dict(zip(COLUMNS, line, strict=False))
        triple = (fields.get("split"), fields.get("label"), fields.get("class"))
        if triple not in known or not fields["recording"].isdecimal():
            raise DataError(f"line {number} is no recording: {line}", where=str(path), hint=_AGAIN)
        rows[int(fields["recording"])] = (fields["split"], int(fields["label"]))
    if tuple(header) != COLUMNS or sorted(rows) != list(range(len(lines))):
        raise DataError("its recordings are not 0, 1, … once each", where=str(path), hint=_AGAIN)
    return rows
