"""What there is in a folder of recordings, file by file; a damaged one stops nothing.

A folder in the folder is a class, and every file in it, at any depth, a recording of it; files that
lie in the folder itself have no class. Hidden files are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._recording_file import Watch
from neurospike_cli.events.signal_files import signal_format
from neurospike_cli.events.surveys.recording_facts import in_hertz, in_number, in_time
from neurospike_cli.events.surveys.recording_survey import Survey, survey

NO_CLASS = ""


@dataclass
class Extent:
    """Least, greatest and sum of some numbers."""

    least: float = float("inf")
    greatest: float = 0.0
    total: float = 0.0
    count: int = 0

    def add(self, value: float) -> None:
        """Take one more into account."""
        self.least, self.greatest = min(self.least, value), max(self.greatest, value)
        self.total += value
        self.count += 1

    @property
    def mean(self) -> float:
        """Their mean."""
        return self.total / max(1, self.count)

    def document(self) -> dict[str, float]:
        """Return them by name."""
        return {"least": self.least, "mean": self.mean, "greatest": self.greatest}


@dataclass
class ClassSurvey:
    """Counts over the recordings of a class.

    Attributes:
        recordings, events, on: how many there are.
        lengths: of a recording, from its first event to its last, in µs.
        counts: events of a recording.
        sensors, formats: how many recordings have each.
    """

    recordings: int = 0
    events: int = 0
    on: int = 0
    lengths: Extent = field(default_factory=Extent)
    counts: Extent = field(default_factory=Extent)
    sensors: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)

    def add(self, found: Survey) -> None:
        """Count one more recording."""
        self.recordings += 1
        self.events += found.events
        self.on += found.on
        self.lengths.add(found.length)
        self.counts.add(found.events)
        width, height = found.size
        told = "" if found.told else "at least "
        self.sensors[f"{told}{width} x {height} px"] += 1
        self.formats[found.format] += 1

    @property
    def rate(self) -> float:
        """Events per second over all recordings, in Hz."""
        return self.events / max(1e-6, self.lengths.total * 1e-6)

    def words(self) -> str:
        """Return all that in one line."""
        lengths = [in_time(self.lengths.least), in_time(self.lengths.greatest)]
        ranged = " to ".join(dict.fromkeys(lengths))
        counts = in_number(self.recordings, "recording"), in_number(self.events, "event")
        return (
            f"{', '.join(counts)}, {ranged}, "
            f"{in_hertz(self.rate)}, {100 * self.on / max(1, self.events):.1f} % ON"
        )

    def document(self, name: str) -> dict[str, Any]:
        """Return all that as numbers."""
        return {
            "class": name,
            "recordings": self.recordings,
            "events": self.events,
            "events_per_recording": self.counts.document(),
            "duration_us": self.lengths.document(),
            "rate_hz": self.rate,
            "on_fraction": self.on / max(1, self.events),
            "sensors": dict(self.sensors),
            "formats": dict(self.formats),
        }


@dataclass
class FolderSurvey:
    """Counts over a folder.

    Attributes:
        classes: what there is of each class, by its name.
        unread: what was wrong with each file that cannot be read, by its path in the folder.
    """

    classes: dict[str, ClassSurvey] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


def recording_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield class and path of every file of a folder, in the order of the paths."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") for part in parts):
            yield parts[0] if len(parts) > 1 else NO_CLASS, path


def survey_folder(folder: Path, watch: Watch = lambda done, total: None) -> FolderSurvey:
    """Return what there is in a folder of recordings.

    Args:
        folder: the folder.
        watch: hears how many files of how many have been read.

    Raises:
        DataError: there is no file in it that can be read.
    """
    files, found = list(recording_files(folder)), FolderSurvey()
    for number, (name, path) in enumerate(files, start=1):
        try:
            recording = survey(path)
            found.classes.setdefault(name, ClassSurvey()).add(recording)
        except DataError as error:
            found.unread[str(path.relative_to(folder))] = _said(path, error)
        watch(number, len(files))
    if not found.classes:
        first = next((f": {name}: {text}" for name, text in found.unread.items()), "")
        raise DataError(
            "is neither a run, a data set nor a folder of images, and holds no recording that can "
            f"be read{first}",
            where=str(folder),
            hint="put recordings into `<folder>/<class>/`",
        )
    return found


def _said(path: Path, error: DataError) -> str:
    """Return what is wrong with a file that is no recording, or what else it is."""
    with suppress(DataError):
        if signal_format(path) is not None:
            return "holds no events; as sampled signals it can be read, by `source: signals`"
    return error.message
