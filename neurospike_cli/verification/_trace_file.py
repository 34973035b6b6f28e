"""A recording of one plastic synapse by any simulator, as CSV: spikes of both sides, and weights.

    time,event,weight
    0,weight,0.5
    10,pre,
    14.5,post,
    15,weight,0.5081

Times are in ms and ascend. A weight is that after all spikes of its time and before.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError

HEADER = ["time", "event", "weight"]
EVENTS = ("pre", "post", "weight")

#: Time, event and weight of a row.
Row = tuple[float, str, float]


@dataclass(frozen=True)
class WeightTrace:
    """A recording of one synapse.

    Attributes:
        pre, post: times of spikes, ascending, in ms.
        times, weights: when the weight was looked at, ascending, and what it was.
    """

    pre: NDArray[np.float64]
    post: NDArray[np.float64]
    times: NDArray[np.float64]
    weights: NDArray[np.float64]

    @property
    def extent(self) -> float:
        """How far apart the largest and the smallest weight are."""
        return float(np.ptp(self.weights))


def read_trace(path: Path) -> WeightTrace:
    """Return the recording in a CSV file.

    Raises:
        DataError: the file cannot be read, a line is not as the module says, or it shows nothing:
            fewer than two weights, no spikes of one side, or a weight that never changes.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"cannot be read: {error}", where=str(path)) from None
    rows = list(_rows(text, str(path)))
    pre, post, looks = ([row for row in rows if row[1] == event] for event in EVENTS)
    trace = WeightTrace(
        pre=np.array([time for time, _, _ in pre]),
        post=np.array([time for time, _, _ in post]),
        times=np.array([time for time, _, _ in looks]),
        weights=np.array([weight for _, _, weight in looks]),
    )
    _check_content(trace, str(path))
    return trace


def _rows(text: str, where: str) -> Iterator[Row]:
    lines = list(csv.reader(text.splitlines()))
    head = [cell.strip() for cell in lines[0]] if lines else []
    if head != HEADER:
        raise DataError(f"must begin with `{','.join(HEADER)}`", where=f"{where}:1")
    latest = -math.inf
    for number, cells in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        time, event, weight = _row([cell.strip() for cell in cells], f"{where}:{number}")
        if time < latest:
            message = f"times must ascend; got {time:g} after {latest:g}"
            raise DataError(message, where=f"{where}:{number}", hint="sort the rows by time")
        latest = time
        yield time, event, weight


def _row(cells: list[str], where: str) -> Row:
    if not 2 <= len(cells) <= 3:
        raise DataError(f"a row has a time, an event and a weight; got {len(cells)}", where=where)
    time, event, weight = (*cells, "")[:3]
    if event not in EVENTS:
        raise DataError(f"event must be one of {', '.join(EVENTS)}; got `{event}`", where=where)
    if event != "weight" and weight:
        message = f"a {event} spike has no weight; got `{weight}`"
        raise DataError(message, where=where, hint="give the weight a row of its own")
    value = _number(weight, "weight", where) if event == "weight" else math.nan
    return _number(time, "time", where), event, value


def _number(text: str, what: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(f"{what} must be a finite number; got `{text}`", where=where)
    return value


def _check_content(trace: WeightTrace, where: str) -> None:
    counts = {"pre": len(trace.pre), "post": len(trace.post), "weight": len(trace.weights)}
    for event, least in (("weight", 2), ("pre", 1), ("post", 1)):
        if counts[event] < least:
            message = f"at least {least} `{event}` rows are needed; got {counts[event]}"
            raise DataError(message, where=where)
    if trace.extent == 0:
        raise DataError("the weight never changes: there is nothing to fit", where=where)
