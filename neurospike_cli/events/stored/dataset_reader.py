"""Reads a data set folder back, believing nothing that its hashes do not confirm.

A split's file is hashed once, in one pass; recordings are then read one by one from where they lie
in it. Memory holds one recording and three numbers for each.
"""

from __future__ import annotations

import csv
import hashlib
import os
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from neurospike_cli.errors import DataError
from neurospike_cli.events.array_archive import StoredArray, locate_arrays
from neurospike_cli.events.split import SPLITS, SplitName
from neurospike_cli.events.stored.dataset_folder import (
    COLUMNS,
    LABELS,
    MANIFEST,
    TRUTH,
    Manifest,
    arrays_of,
    columns_of,
)
from neurospike_cli.events.stored.partial_folder import REQUEST
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
        split_of: index of the split of every recording, (recording,).
        partition: numbers of the recordings of each split, ascending.
    """

    folder: Path
    manifest: Manifest
    labels: NDArray[np.int64]
    split_of: NDArray[np.int8]
    partition: Mapping[SplitName, NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class StoredSplit:
    """One split whose file is the one that the manifest names.

    Attributes:
        path: the file.
        arrays: where its arrays lie.
        recordings: numbers of its recordings, ascending.
        offsets: where the events of each begin, and the end.
        stamp: what changes when the file does.
    """

    path: Path
    arrays: Mapping[str, StoredArray]
    recordings: NDArray[np.int64]
    offsets: NDArray[np.int64]
    stamp: tuple[int, ...]
    dataset: StoredDataset

    def read(self, index: int) -> EventStream:
        """Return the recording with the number `index` in the source.

        Raises:
            DataError: the file has changed since it was hashed, or holds what is no event.
        """
        place = int(np.searchsorted(self.recordings, index))
        begin, end = self.offsets[place : place + 2].tolist()
        columns, manifest = self._columns(begin, end), self.dataset.manifest
        truth = columns.get(TRUTH)
        if truth is not None and truth.max(initial=0) > max(Truth):
            message = "does not tell one cause of each event"
            raise DataError(message, where=str(self.path), hint=_AGAIN)
        events = np.empty(end - begin, dtype=EVENT_DTYPE)
        for name in EVENT_DTYPE.names or ():
            events[name] = columns[name]
        return EventStream(
            width=manifest.sensor.width,
            height=manifest.sensor.height,
            events=events,
            label=int(self.dataset.labels[index]),
            provenance=f"{self.path} recording {index}",
            duration=manifest.duration,
            truth=truth,
        )

    def _columns(self, begin: int, end: int) -> dict[str, NDArray[Any]]:
        names = columns_of(has_truth=self.dataset.manifest.has_truth)
        try:
            with self.path.open("rb") as handle:
                if _stamp(handle) != self.stamp:
                    raise DataError("has changed while it was read", where=str(self.path))
                return {name: self.arrays[name].read(handle, begin, end) for name in names}
        except (OSError, EOFError) as error:
            raise DataError(f"cannot be read: {error}", where=str(self.path)) from error


def open_dataset(folder: Path) -> StoredDataset:
    """Return a data set without reading any events.

    Raises:
        DataError: there is none, or its manifest or labels are damaged.
    """
    manifest = _manifest(folder / MANIFEST)
    path = folder / LABELS
    with _opened(path) as handle:
        _verify(handle, path, manifest)
        handle.seek(0)
        split_of, labels = _label_rows(handle, manifest.classes, path)
    partition = {name: np.flatnonzero(split_of == i) for i, name in enumerate(SPLITS)}
    return StoredDataset(folder, manifest, labels, split_of, partition)


def open_split(stored: StoredDataset, split: SplitName, *, verified: bool = True) -> StoredSplit:
    """Return one split without reading its events into memory.

    Args:
        stored: the data set.
        split: the split's name.
        verified: whether the file is compared with its hash, which takes reading all of it.

    Raises:
        DataError: the split's file is missing, damaged, or contradicts the labels.
    """
    path = stored.folder / f"{split}.npz"
    with _opened(path) as handle:
        stamp = _stamp(handle)
        if verified:
            _verify(handle, path, stored.manifest)
        arrays = locate_arrays(handle, arrays_of(has_truth=stored.manifest.has_truth), str(path))
        index = {
            name: arrays[name].read(handle).astype(np.int64)
            for name in ("recordings", "labels", "offsets")
        }
    expected = stored.partition[split]
    if not (
        np.array_equal(index["recordings"], expected)
        and np.array_equal(index["labels"], stored.labels[expected])
    ):
        raise DataError(f"its recordings are not those of {LABELS}", where=str(path), hint=_AGAIN)
    columns = columns_of(has_truth=stored.manifest.has_truth)
    if not _is_divided(index["offsets"], len(expected), {arrays[name].count for name in columns}):
        raise DataError("its offsets do not fit its events", where=str(path), hint=_AGAIN)
    return StoredSplit(path, arrays, expected, index["offsets"], stamp, stored)


def _is_divided(offsets: NDArray[np.int64], recordings: int, lengths: set[int]) -> bool:
    """Return whether the offsets cut the columns, all of one length, into the recordings."""
    return (
        len(offsets) == recordings + 1
        and (offsets[0], {int(offsets[-1])}) == (0, lengths)
        and bool((np.diff(offsets) >= 0).all())
    )


def _manifest(path: Path) -> Manifest:
    try:
        if not path.is_file() and (path.parent / REQUEST).is_file():
            raise DataError(
                "is a data set that is not finished",
                where=str(path.parent),
                hint="go on with `neurospike generate CONFIG --resume`, then set `root` to what it "
                "makes",
            )
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


def _opened(path: Path) -> BufferedReader:
    try:
        if path.is_file():
            return path.open("rb")
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror}", where=str(path)) from error
    raise DataError("is missing from the data set", where=str(path), hint=_AGAIN)


def _stamp(handle: IO[bytes]) -> tuple[int, ...]:
    status = os.fstat(handle.fileno())
    return status.st_ino, status.st_size, status.st_mtime_ns


def _verify(handle: BufferedReader, path: Path, manifest: Manifest) -> None:
    if hashlib.file_digest(handle, "sha256").hexdigest() != manifest.sha256.get(path.name):
        raise DataError("its SHA-256 is not that of the manifest", where=str(path), hint=_AGAIN)


def _label_rows(
    handle: IO[bytes], classes: tuple[str, ...], path: Path
) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
    """Return split and label by recording; the recordings are 0, 1, … without a gap."""
    lines = csv.reader(line.decode("utf-8", "replace") for line in handle)
    header = next(lines, [])
    known = {
        (split, str(label), name): (k, label)
        for k, split in enumerate(SPLITS)
        for label, name in enumerate(classes)
    }
    recordings, splits, labels = array("q"), array("b"), array("q")
    for number, line in enumerate(lines, start=2):
        fields = dict(zip(COLUMNS, line, strict=False))
        found = known.get(
            (fields.get("split", ""), fields.get("label", ""), fields.get("class", ""))
        )
        if found is None or not fields["recording"].isdecimal():
            raise DataError(f"line {number} is no recording: {line}", where=str(path), hint=_AGAIN)
        recordings.append(int(fields["recording"][:18]))
        splits.append(found[0])
        labels.append(found[1])
    order = np.argsort(recordings, kind="stable")
    in_order = np.array(recordings, np.int64)[order]
    if tuple(header) != COLUMNS or not np.array_equal(in_order, np.arange(len(order))):
        raise DataError("its recordings are not 0, 1, … once each", where=str(path), hint=_AGAIN)
    return np.array(splits, np.int8)[order], np.array(labels, np.int64)[order]
