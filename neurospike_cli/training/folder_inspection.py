"""What folders of recordings are: of any format, of N-MNIST, of images, and data sets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._recording_file import Watch
from neurospike_cli.events.formats.nmnist import SIDE
from neurospike_cli.events.sources.images import Images
from neurospike_cli.events.sources.nmnist import NMNIST
from neurospike_cli.events.stored.dataset_reader import StoredDataset, open_dataset, open_split
from neurospike_cli.events.surveys.folder_survey import (
    NO_CLASS,
    Extent,
    FolderSurvey,
    survey_folder,
)
from neurospike_cli.events.surveys.recording_facts import in_number
from neurospike_cli.events.surveys.signal_survey import survey_signal_folder
from neurospike_cli.training.report import Report

_MOST_NAMED = 20


def dataset_report(path: Path, watch: Watch) -> Report:
    """Return what a data set is; its files are compared with their hashes.

    Raises:
        DataError: its manifest or its labels are damaged.
    """
    stored = open_dataset(path)
    manifest, counts, damaged = stored.manifest, *_event_counts(stored, watch)
    facts: dict[str, Any] = {
        "classes": ", ".join(manifest.classes),
        "sensor": f"{manifest.sensor.width} x {manifest.sensor.height} px",
        "duration": f"{manifest.duration:g} ms",
        "seed": manifest.seed,
    }
    for split, number in manifest.recordings.items():
        words = in_number(number, "recording"), in_number(manifest.events[split], "event")
        facts[split] = ", ".join(words)
    facts["cause of events"] = "known" if manifest.has_truth else "not known"
    facts["hashes"] = "all agree" if not damaged else f"{in_number(len(damaged), 'file')} damaged"
    facts |= {f"damaged {name}": text for name, text in damaged.items()}
    classes = [
        _class_document(name, counts[stored.labels == label])
        for label, name in enumerate(manifest.classes)
    ]
    facts |= {f"class {row['class']}": _class_words(row) for row in classes}
    numbers = {
        "by_class": classes,
        "width": manifest.sensor.width,
        "height": manifest.sensor.height,
        "duration_ms": manifest.duration,
        "recordings": manifest.recordings,
        "events": manifest.events,
        "damaged": damaged,
    }
    return Report("a data set", facts, numbers)


def nmnist_report(path: Path, watch: Watch) -> Report:
    """Return what an N-MNIST folder holds."""
    labels = NMNIST(root=str(path)).labels()
    facts: dict[str, Any] = {"sensor": f"{SIDE} x {SIDE} px", "recordings": f"{len(labels):,}"}
    found = survey_folder(path / "Train", watch)
    return Report("an N-MNIST folder", facts | _class_facts(found), _numbers(found))


def images_report(path: Path, watch: Watch) -> Report:
    """Return what a folder of images holds."""
    source = Images(root=str(path), classes=256)
    (width, height), labels = source.sensor_size, source.labels()
    facts: dict[str, Any] = {"images": f"{len(labels):,}", "size": f"{width} x {height} px"}
    facts["per class"] = ", ".join(f"{n:,}" for n in np.bincount(labels))
    numbers = {
        "images": len(labels),
        "width": width,
        "height": height,
        "images_per_class": np.bincount(labels).tolist(),
    }
    return Report("a folder of images", facts, numbers)


def folder_report(path: Path, watch: Watch) -> Report:
    """Return what a folder of recordings holds.

    Raises:
        DataError: there is none in it that can be read.
    """
    found = survey_folder(path, watch)
    groups = found.classes.values()
    formats = sorted({name for group in groups for name in group.formats})
    facts = {
        "classes": len([name for name in found.classes if name != NO_CLASS]),
        "recordings": f"{sum(group.recordings for group in groups):,}",
        "events": f"{sum(group.events for group in groups):,}",
        "formats": ", ".join(formats),
        "sensor": ", ".join(sorted({name for group in groups for name in group.sensors})),
    }
    return Report("a folder of recordings", facts | _class_facts(found), _numbers(found))


def signal_folder_report(path: Path, watch: Watch) -> Report:
    """Return what a folder of signals holds.

    Raises:
        DataError: there is none in it that can be read.
    """
    found = survey_signal_folder(path, watch)
    facts = {"files": f"{sum(found.formats.values()):,}"} | found.facts() | _unread(found.unread)
    return Report("a folder of signals", facts, found.numbers())


def unfinished_report(path: Path, watch: Watch) -> Report:
    """Return what a folder is in which a data set is being made."""
    target = path.name.removesuffix(".partial")
    facts = {
        "finished pieces": sum(1 for _ in (path / "pieces").glob("*")),
        "to go on": f"neurospike generate CONFIG --out {path.with_name(target)} --resume",
    }
    return Report("a data set that is not finished", facts)


def _class_facts(found: FolderSurvey) -> dict[str, Any]:
    facts: dict[str, Any] = {
        f"class {name}" if name != NO_CLASS else "without a class": group.words()
        for name, group in found.classes.items()
    }
    return facts | _unread(found.unread)


def _unread(unread: Mapping[str, str]) -> dict[str, str]:
    facts = {"not read": in_number(len(unread), "file")} if unread else {}
    for name, text in list(unread.items())[:_MOST_NAMED]:
        facts[f"not read: {name}"] = text
    more = len(unread) - _MOST_NAMED
    return facts | ({"not read: …": f"and {more:,} more; --json names all"} if more > 0 else {})


def _numbers(found: FolderSurvey) -> dict[str, Any]:
    groups = found.classes.values()
    return {
        "recordings": sum(group.recordings for group in groups),
        "events": sum(group.events for group in groups),
        "by_class": [group.document(name) for name, group in found.classes.items()],
        "unread": found.unread,
    }


def _event_counts(stored: StoredDataset, watch: Watch) -> tuple[NDArray[np.int64], dict[str, str]]:
    """Return the events of each recording, -1 where its file is damaged, and what is damaged."""
    counts, damaged = np.full(len(stored.labels), -1, np.int64), {}
    for done, split in enumerate(stored.partition, start=1):
        try:
            opened = open_split(stored, split)
            counts[opened.recordings] = np.diff(opened.offsets)
        except DataError as error:
            damaged[f"{split}.npz"] = error.message
        watch(done, len(stored.partition))
    return counts, damaged


def _class_document(name: str, counts: NDArray[np.int64]) -> dict[str, Any]:
    extent, read = Extent(), counts[counts >= 0]
    for count in read.tolist():
        extent.add(count)
    document = {"class": name, "recordings": len(counts), "events": int(read.sum())}
    if len(read) < len(counts):
        document["recordings_in_damaged_files"] = len(counts) - len(read)
    return document | ({"events_per_recording": extent.document()} if len(read) else {})


def _class_words(row: dict[str, Any]) -> str:
    words = in_number(row["recordings"], "recording"), in_number(row["events"], "event")
    each = row.get("events_per_recording")
    said = ", ".join(words) + (f", {each['least']:,} to {each['greatest']:,} each" if each else "")
    lost = row.get("recordings_in_damaged_files", 0)
    return said + (f", without {lost:,} in damaged files" if lost else "")
