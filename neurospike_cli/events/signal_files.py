"""Signal files of any format, known by their content, and what a person wants to know of one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from neurospike_cli.errors import DataError
from neurospike_cli.events.signals._signal_text import head_of
from neurospike_cli.events.signals.signal import Signal, SignalFile
from neurospike_cli.events.signals.signal_format import SignalFormat, SignalReading
from neurospike_cli.registry import discover

_MOST_NAMES = 12
_PLAIN = SignalReading()
_NO_PACE = {
    "sampling rate": "not told by the file: set data.sampling_rate, or data.time_unit with times"
}


def signal_format(path: Path, reading: SignalReading = _PLAIN) -> SignalFormat | None:
    """Return the format of a file, None if it is of none that is known.

    Args:
        path: the file.
        reading: how it is to be read.

    Raises:
        DataError: there is no such file, or it is empty.
    """
    head, given = head_of(path), dict(reading)
    known = SignalReading.model_fields
    formats = discover(SignalFormat).values()
    found = (f(**{name: given[name] for name in known}) for f in formats)
    return next((format_ for format_ in found if format_.sniff(head)), None)


def open_signals(path: Path, reading: SignalReading = _PLAIN) -> SignalFile:
    """Return all that a signal file holds.

    Args:
        path: the file.
        reading: how it is to be read.

    Raises:
        DataError: there is no such file, its format is not known, or it is damaged.
    """
    return _known(path, reading).read(path)


def _known(path: Path, reading: SignalReading) -> SignalFormat:
    format_ = signal_format(path, reading)
    if format_ is None:
        raise DataError(
            f"is of no signal format that is known; it begins with {head_of(path)[:16]!r}",
            where=str(path),
            hint=f"known formats: {', '.join(discover(SignalFormat))}",
        )
    return format_


def signal_facts(path: Path) -> dict[str, Any]:
    """Return the facts about a signal file, by name.

    Raises:
        DataError: there is no such file, its format is not known, or it is damaged.
    """
    format_ = _known(path, SignalReading(missing="drop"))
    facts: dict[str, Any] = {"format": format_.component_name}
    is_timed = format_.is_timed(path)
    # Without times rows are counted: at 1 Hz.
    reading = format_ if is_timed else format_.model_copy(update={"sampling_rate": 1.0})
    file = reading.read(path)
    names = ", ".join(file.channels[:_MOST_NAMES]) + ", …" * (len(file.channels) > _MOST_NAMES)
    facts["channels"] = f"{len(file.channels)}: {names}"
    rows = [len(signal) for signal in file.signals]
    facts["samples"] = f"{sum(rows):,}"
    facts |= _pace(file.signals) if is_timed else _NO_PACE
    if len(rows) > 1:
        facts["signals"] = f"{len(rows)}, of {min(rows):,} to {max(rows):,} samples"
    low = min(float(signal.values.min()) for signal in file.signals)
    high = max(float(signal.values.max()) for signal in file.signals)
    facts["values"] = f"{low:g} to {high:g}"
    dropped = sum((Counter(signal.dropped) for signal in file.signals), Counter[str]())
    facts |= {reason.replace("_", " "): f"{count:,}" for reason, count in dropped.items()}
    return facts | _classes(file.signals)


def _pace(signals: tuple[Signal, ...]) -> dict[str, str]:
    """Return sampling rate and duration, over all signals."""
    length = sum(signal.length for signal in signals) * 1e-6
    steps = sum(len(signal) for signal in signals if signal.length)
    facts = {"sampling rate": f"{steps / length:.6g} Hz on average"} if length else {}
    return facts | {"duration": f"{length:.3f} s"}


def _classes(signals: tuple[Signal, ...]) -> dict[str, str]:
    """Return how many signals and samples each class has."""
    names = [signal.label for signal in signals if signal.label is not None]
    count = Counter(names)
    samples = Counter[str]()
    for signal in signals:
        samples[signal.label or ""] += len(signal)
    shown = (f"{name} ({count[name]} signals, {samples[name]:,} samples)" for name in sorted(count))
    return {"classes": ", ".join(shown)} if names else {}
