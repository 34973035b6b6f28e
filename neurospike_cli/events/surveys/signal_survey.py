"""What there is in files of signals, one or a folder of them, in words and in numbers.

Rows are counted as they are in the files, without `data.sampling_rate`; those with missing values
are left out and counted. In a folder a damaged file stops nothing, and a signal that its file gives
no class has that of the folder in the folder, if it is in one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._recording_file import Watch
from neurospike_cli.events.recognition import is_recording
from neurospike_cli.events.signal_files import known_format, signal_format
from neurospike_cli.events.signals.signal import Signal, SignalFile
from neurospike_cli.events.signals.signal_format import SignalReading
from neurospike_cli.events.surveys.folder_survey import recording_files
from neurospike_cli.events.surveys.recording_facts import in_number, in_time

_MOST_NAMES = 12
_NO_PACE = "not told by the file: set data.sampling_rate, or data.time_unit with times"


@dataclass
class SignalSurvey:
    """Counts over the files so far.

    Attributes:
        formats: how many files have each.
        channels: how many files have these channels.
        rows: samples of each signal.
        low, high: of all values.
        length: of the signals whose files tell times, in µs.
        paced: samples of these.
        untimed: files that tell no times.
        signals, samples: of each class.
        dropped: rows that were left out, by reason.
        unread: what was wrong with each file that cannot be read, by its path in the folder.
    """

    formats: Counter[str] = field(default_factory=Counter)
    channels: Counter[tuple[str, ...]] = field(default_factory=Counter)
    rows: list[int] = field(default_factory=list)
    low: float = float("inf")
    high: float = float("-inf")
    length: int = 0
    paced: int = 0
    untimed: int = 0
    signals: Counter[str] = field(default_factory=Counter)
    samples: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    unread: dict[str, str] = field(default_factory=dict)

    def add(self, path: Path, folder: str | None = None) -> None:
        """Count the signals of one more file, whose folder's class this is.

        Raises:
            DataError: there is no such file, its format is not known, or it is damaged.
        """
        format_ = known_format(path, SignalReading(missing="drop"))
        is_timed = format_.is_timed(path)
        # Without times rows are counted: at 1 Hz.
        reading = format_ if is_timed else format_.model_copy(update={"sampling_rate": 1.0})
        file = reading.read(path)
        self.formats[format_.component_name] += 1
        self.untimed += not is_timed
        self._count(file, is_timed, folder)

    def _count(self, file: SignalFile, is_timed: bool, folder: str | None) -> None:
        self.channels[file.channels] += 1
        for signal in file.signals:
            self.rows.append(len(signal))
            self.low = min(self.low, float(signal.values.min()))
            self.high = max(self.high, float(signal.values.max()))
            self.dropped.update(signal.dropped)
            if is_timed and signal.length:
                self.length += signal.length
                self.paced += len(signal)
            self._classify(signal, folder)

    def _classify(self, signal: Signal, folder: str | None) -> None:
        label = signal.label if signal.label is not None else folder
        if label is not None:
            self.signals[label] += 1
            self.samples[label] += len(signal)

    @property
    def rate(self) -> float | None:
        """Samples per second on average, in Hz; None where a file tells no times."""
        known = self.length and not self.untimed
        return self.paced / (self.length * 1e-6) if known else None

    def facts(self) -> dict[str, Any]:
        """Return all that in words, by name."""
        facts: dict[str, Any] = {"format": ", ".join(sorted(self.formats))}
        facts["channels"] = "; or ".join(map(_channels, self.channels))
        facts["samples"] = f"{sum(self.rows):,}"
        if self.untimed:
            facts["sampling rate"] = _NO_PACE
        elif self.rate is not None:
            facts["sampling rate"] = f"{self.rate:.6g} Hz on average"
            facts["duration"] = in_time(self.length)
        if len(self.rows) > 1:
            lengths = dict.fromkeys(f"{n:,}" for n in (min(self.rows), max(self.rows)))
            facts["signals"] = f"{len(self.rows):,}, of {' to '.join(lengths)} samples"
        facts["values"] = f"{self.low:g} to {self.high:g}"
        facts |= {reason.replace("_", " "): f"{n:,}" for reason, n in self.dropped.items()}
        for name in sorted(self.signals):
            words = in_number(self.signals[name], "signal"), in_number(self.samples[name], "sample")
            facts[f"class {name}"] = ", ".join(words)
        return facts

    def numbers(self) -> dict[str, Any]:
        """Return the same as numbers, each named with its unit."""
        by_class = [
            {"class": name, "signals": self.signals[name], "samples": self.samples[name]}
            for name in sorted(self.signals)
        ]
        return {
            "channel_names": [list(names) for names in self.channels],
            "samples": sum(self.rows),
            "signals": len(self.rows),
            "sampling_rate_hz": self.rate,
            "least_value": self.low,
            "greatest_value": self.high,
            "by_class": by_class,
            "unread": self.unread,
        }


def survey_signals(path: Path) -> SignalSurvey:
    """Return what there is in a file of signals.

    Raises:
        DataError: there is no such file, its format is not known, or it is damaged.
    """
    found = SignalSurvey()
    found.add(path)
    return found


def is_signal_file(path: Path) -> bool:
    """Say whether a file holds signals, and not events.

    Raises:
        DataError: there is no such file, or it is empty.
    """
    return not is_recording(path) and signal_format(path) is not None


def is_signal_folder(folder: Path) -> bool:
    """Say whether a folder holds files of signals and no recording of events."""
    has_signals = False
    for kind in _kinds(path for _, path in recording_files(folder)):
        if kind == "events":
            return False
        has_signals = has_signals or kind == "signals"
    return has_signals


def survey_signal_folder(folder: Path, watch: Watch = lambda done, total: None) -> SignalSurvey:
    """Return what there is in a folder of signals.

    Args:
        folder: the folder.
        watch: hears how many files of how many have been read.

    Raises:
        DataError: there is no file in it that can be read.
    """
    files, found = list(recording_files(folder)), SignalSurvey()
    for number, (name, path) in enumerate(files, start=1):
        try:
            found.add(path, name or None)
        except DataError as error:
            found.unread[str(path.relative_to(folder))] = error.message
        watch(number, len(files))
    if not found.rows:
        first = next((f": {name}: {text}" for name, text in found.unread.items()), "")
        raise DataError(f"holds no signals that can be read{first}", where=str(folder))
    return found


def _kinds(paths: Iterable[Path]) -> Iterable[str]:
    for path in paths:
        try:
            if is_recording(path):
                yield "events"
            elif signal_format(path) is not None:
                yield "signals"
        except DataError:
            continue


def _channels(names: tuple[str, ...]) -> str:
    more = ", …" * (len(names) > _MOST_NAMES)
    return f"{len(names)}: {', '.join(names[:_MOST_NAMES])}{more}"
