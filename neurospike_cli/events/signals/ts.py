r"""The ``.ts`` format of the UEA and UCR archives of time series (Bagnall et al. 2018).

| line | meaning |
|---|---|
| ``# …`` | a comment |
| ``@problemName …`` and others | the header, in any order; ``@data`` ends it |
| ``1,2,3:4,5,6:walking`` | a case: its channels between ``:``, its class at the end |

``@classLabel`` names the classes, ``@dimensions`` the number of channels, ``@seriesLength`` that of
rows; cases may differ in length. Nothing tells how fast they were sampled. Cases with time stamps
of their own, and targets that are numbers, are not read.

| what finds no place | counted as |
|---|---|
| rows with a missing value, with `missing: drop` | ``rows_with_missing_values`` |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.reasons import WITH_MISSING
from neurospike_cli.events.signals._numbers import is_refused, numbers_of, refuse_field
from neurospike_cli.events.signals._signal_text import Line, line_blocks
from neurospike_cli.events.signals.signal import MOST_VALUES, Signal, SignalFile
from neurospike_cli.events.signals.signal_format import SignalFormat

_KEYS = ("@problemname", "@timestamps", "@univariate", "@dimensions", "@classlabel", "@data")
#: Keys whose cases are of another kind, with what says so.
_OTHER_KINDS = {"@timestamps": "true", "@targetlabel": "true"}


@dataclass(frozen=True)
class _Header:
    """What stands before the cases.

    Attributes:
        classes: names of the classes; empty where cases have none.
        dimensions: number of channels of each case; None where that is not told.
        length: number of rows of each case; None where they may differ.
    """

    classes: tuple[str, ...]
    dimensions: int | None
    length: int | None


class TS(SignalFormat):
    """Cases of the UEA archive."""

    format: Literal["ts"] = "ts"

    def sniff(self, head: str) -> bool:
        """Say whether the first line that is no comment is one of the header."""
        lines = (line.strip().lower() for line in head.splitlines())
        first = next((line for line in lines if line and not line.startswith("#")), "")
        return first.startswith(_KEYS)

    def is_timed(self, path: Path) -> bool:
        """Say whether a sampling rate is given: the file tells none."""
        return self.sampling_rate is not None

    def read(self, path: Path) -> SignalFile:
        """Return every case as a signal."""
        period = self.row_period(str(path))
        lines = (line for block in line_blocks(path) for line in block)
        shown = (line for line in lines if not line.text.lstrip().startswith("#"))
        header = _header(shown, str(path))
        names: tuple[str, ...] = ()
        chosen: tuple[int, ...] = ()
        signals: list[Signal] = []
        count = 0
        for line in shown:
            values, label = self._case(line, header, str(path))
            if not signals:
                header = replace(header, dimensions=values.shape[1])
                names = tuple(f"channel{i + 1}" for i in range(values.shape[1]))
                chosen = self.chosen(names, str(path))
            count += values.size
            if count > MOST_VALUES:
                message = f"has more than {MOST_VALUES:,} numbers"
                raise DataError(message, where=str(path), hint="cut the file into parts")
            signals.append(_signal(values[:, chosen], label, period, f"{path}:{line.number}"))
        if not signals:
            hint = "get the file again"
            raise DataError("has a header, but no cases", where=str(path), hint=hint)
        return SignalFile(tuple(names[i] for i in chosen), tuple(signals))

    def _case(
        self, line: Line, header: _Header, path: str
    ) -> tuple[NDArray[np.float64], str | None]:
        """Return the values of a case, (row, channel), NaN for missing ones, and its class."""
        where, parts = f"{path}:{line.number}", line.text.split(":")
        label = parts.pop().strip() if header.classes else None
        if label is not None and label not in header.classes:
            raise DataError(
                f"has the class {label[:40]!r}; @classLabel names {', '.join(header.classes)}",
                where=where,
                hint="correct the class; a case that was cut off ends like this",
            )
        expected = header.dimensions or max(1, len(parts))
        if len(parts) != expected:
            message = f"has {len(parts)} channels; expected {expected}"
            raise DataError(message, where=where, hint="`:` stands between channels")
        starts = accumulate((len(part) + 1 for part in parts), initial=1)
        channels = [
            self._channel(part, f"channel {i}", where, start)
            for i, (part, start) in enumerate(zip(parts, starts, strict=False), 1)
        ]
        _check_lengths([len(channel) for channel in channels], header.length, where)
        return np.stack(channels, axis=1), label

    def _channel(self, text: str, name: str, where: str, start: int) -> NDArray[np.float64]:
        """Return the values of a channel; `start` is the column in which it begins."""
        values, may_miss = numbers_of(text, ","), self.missing == "drop"
        if values is not None:
            refused = np.isinf(values) if may_miss else ~np.isfinite(values)
            if not refused.any():
                return values
        fields = text.split(",")
        first = next(i for i, field in enumerate(fields) if is_refused(field, may_miss=may_miss))
        column = start + sum(len(field) + 1 for field in fields[:first])
        raise refuse_field(fields[first], f"row {first + 1} of {name}", f"{where}:{column}")


def _signal(values: NDArray[np.float64], label: str | None, period: float, where: str) -> Signal:
    kept = ~np.isnan(values).any(axis=1)
    if not kept.any():
        message = "has no row without a missing value"
        raise DataError(message, where=where, hint="take the case out")
    dropped = int((~kept).sum())
    return Signal(
        np.flatnonzero(kept).astype(np.float64) * period,
        values[kept],
        label,
        where,
        {WITH_MISSING: dropped} if dropped else {},
    )


def _check_lengths(lengths: list[int], expected: int | None, where: str) -> None:
    wanted = expected or lengths[0]
    for i, length in enumerate(lengths, 1):
        if length != wanted:
            why = "@seriesLength says" if expected else "channel 1 has"
            raise DataError(
                f"channel {i} has {length} rows; {why} {wanted}",
                where=where,
                hint="channels of a case are sampled together; complete it, or take it out",
            )


def _header(lines: Iterator[Line], path: str) -> _Header:
    """Read the lines up to ``@data``; what is read next are cases."""
    values: dict[str, str] = {}
    for line in lines:
        key, _, value = line.text.strip().partition(" ")
        where = f"{path}:{line.number}"
        if not key.startswith("@"):
            message = f"is no line of a header: {line.text[:40]!r}"
            raise DataError(message, where=where, hint="a header ends with the line @data")
        if value.strip().lower() == _OTHER_KINDS.get(key.lower()):
            message = f"{key} is true: such cases are not read"
            raise DataError(message, where=where, hint="write the cases without that")
        values[key.lower()] = value.strip()
        if key.lower() == "@data":
            break
    else:
        raise DataError("its header does not end: no line @data", where=path)
    has_classes, *classes = values.get("@classlabel", "false").split() or ["false"]
    is_univariate = values.get("@univariate", "false").lower() == "true"
    return _Header(
        tuple(classes) if has_classes.lower() == "true" else (),
        1 if is_univariate else _number(values, "@dimensions", path),
        _number(values, "@serieslength", path)
        if values.get("@equallength", "true").lower() == "true"
        else None,
    )


def _number(values: dict[str, str], key: str, path: str) -> int | None:
    """Return a number of the header, None where it is not there."""
    text = values.get(key)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        message = f"{key} must be a whole number above 0; got {text[:40]!r}"
        raise DataError(message, where=path, hint="correct the header")
    return int(text)
