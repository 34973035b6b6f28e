"""Which decoded events become part of a recording: the policies that all formats share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.errors import DataError
from neurospike_cli.events.stream import EVENT_DTYPE, Events

OUTSIDE = "outside_of_sensor"
OUT_OF_ORDER = "out_of_order"
#: Pixels that `Events` can name, where nothing says how many there are.
_ANY = (65536, 65536)
_LATEST = 2**63 - 1
#: How commands and configs let through what is refused.
_OUTSIDE_WAY = "`--outside drop`, `data.outside: drop`"
_UNORDERED_WAY = "`--unordered sort` or `drop`, `data.unordered: sort` or `drop`"


@dataclass(frozen=True)
class Columns:
    """Events as a decoder has them: integers of any width, (event,) each.

    Attributes:
        t: in µs.
        x, y: in px from the top left corner.
        p: 1 = ON, 0 = OFF.
    """

    t: NDArray[Any]
    x: NDArray[Any]
    y: NDArray[Any]
    p: NDArray[Any]

    def __getitem__(self, chosen: Any) -> Columns:
        """Return some of the events."""
        return Columns(self.t[chosen], self.x[chosen], self.y[chosen], self.p[chosen])


class Admission:
    """Checks the blocks of one recording, in their order.

    Attributes:
        size: width and height of the sensor in px, None where they are not known.
        dropped: events left out so far, by reason.
    """

    def __init__(
        self, where: str, size: tuple[int, int] | None, outside: str, unordered: str
    ) -> None:
        self.size = size
        self.dropped: Counter[str] = Counter()
        self._where, self._outside, self._unordered = where, outside, unordered
        self._seen, self._last = 0, 0

    def admit(self, block: Columns) -> Events:
        """Return those events of the next block that belong to the recording.

        Raises:
            DataError: an event that no policy lets through.
        """
        count = len(block.t)
        self._check_values(block)
        block = self._in_order(self._inside(block))
        self._seen += count
        events = np.empty(len(block.t), EVENT_DTYPE)
        events["t"], events["x"], events["y"] = block.t, block.x, block.y
        events["p"] = block.p
        return events

    def _check_values(self, block: Columns) -> None:
        if not len(block.t):
            return
        if block.t.min() < 0 or block.t.max() > _LATEST:
            wrong = (block.t < 0) | (block.t > _LATEST)
            raise self._refusal(wrong, block.t, "t", "must be 0 to 2^63 - 1 µs")
        if block.p.min() < 0 or block.p.max() > 1:
            wrong = (block.p < 0) | (block.p > 1)
            raise self._refusal(wrong, block.p, "p", "must be 0 (OFF) or 1 (ON)")

    def _inside(self, block: Columns) -> Columns:
        width, height = self.size or _ANY
        for name, values, side in (("x", block.x, width), ("y", block.y, height)):
            if len(values) and (values.max() >= side or values.min() < 0):
                wrong = (values >= side) | (values < 0)
                if self._outside == "error":
                    rule = f"is outside of the sensor, whose {name} is 0 to {side - 1}"
                    raise self._refusal(
                        wrong, values, name, rule, "`--outside drop`, `data.outside: drop`"
                    )
                self.dropped[OUTSIDE] += int(wrong.sum())
                return self._inside(block[~wrong])
        return block

    def _in_order(self, block: Columns) -> Columns:
        if self._unordered == "sort" or not len(block.t):
            return block
        if block.t[0] >= self._last and (block.t[1:] >= block.t[:-1]).all():
            self._last = int(block.t[-1])
            return block
        latest = np.maximum(np.maximum.accumulate(block.t), self._last)
        wrong = block.t < latest
        if self._unordered == "error":
            rule = "is earlier than an event before it"
            raise self._refusal(
                wrong, block.t, "t", rule, "`--unordered sort` (or drop), `data.unordered: sort`"
            )
        self.dropped[OUT_OF_ORDER] += int(wrong.sum())
        self._last = int(latest[-1])
        return block[~wrong]

    def _refusal(
        self, wrong: NDArray[Any], values: NDArray[Any], name: str, rule: str, policy: str = ""
    ) -> DataError:
        first = int(np.argmax(wrong))
        hint = "check that the file is of the format and the sensor that it is read as"
        return DataError(
            f"event {self._seen + first}: {name} = {values[first]} {rule}; {int(wrong.sum())} of "
            f"the {len(values)} events read with it are like this",
            where=self._where,
            hint=f"{hint}, or read it with {policy}" if policy else hint,
        )
