"""Signal files of any format, known by their content."""

from __future__ import annotations

from pathlib import Path

from neurospike_cli.errors import DataError
from neurospike_cli.events.signals._signal_text import head_of
from neurospike_cli.events.signals.signal import SignalFile
from neurospike_cli.events.signals.signal_format import SignalFormat, SignalReading
from neurospike_cli.registry import discover

_PLAIN = SignalReading()


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
    return known_format(path, reading).read(path)


def known_format(path: Path, reading: SignalReading = _PLAIN) -> SignalFormat:
    """Return the format of a file.

    Args:
        path: the file.
        reading: how it is to be read.

    Raises:
        DataError: there is no such file, or its format is not known.
    """
    format_ = signal_format(path, reading)
    if format_ is None:
        raise DataError(
            f"is of no signal format that is known; it begins with {head_of(path)[:16]!r}",
            where=str(path),
            hint=f"known formats: {', '.join(discover(SignalFormat))}",
        )
    return format_
