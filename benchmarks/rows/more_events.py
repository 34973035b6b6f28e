"""More and more events a step, ours against ours: time should grow with them along a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from benchmarks.rows.row import OURS, Entries, Row
from benchmarks.summary import Measured, fit_line
from benchmarks.workload import Workload


@dataclass(frozen=True)
class MoreEvents(Row):
    """One network at several densities of its input.

    Attributes:
        workload: the network; its density is replaced.
        events: events of one step of one sample.
        target: how far a measured time may lie from the line, as a share of it.
    """

    kind: ClassVar[str] = "events"

    workload: Workload
    events: tuple[int, ...]
    target: float

    def entries(self) -> Entries:
        """Return each of ours at every density."""
        channels = self.workload.sizes[0]
        loads = {n: replace(self.workload, density=n / channels) for n in self.events}
        return {_entry(ours, n): (ours, load) for ours in OURS for n, load in loads.items()}

    def comparisons(self, measured: Measured) -> dict[str, dict[str, Any]]:
        """Return the line through each of ours' times and the largest distance from it."""
        return {ours: self._comparison(measured, ours) for ours in OURS}

    def verdict(self, comparison: Mapping[str, Any]) -> str:
        """Return the line in words."""
        return (
            f"{comparison['constant_ms']:.2f} ms + {1e3 * comparison['ms_per_event']:.2f} µs for"
            f" each event a step; at most {100 * comparison['deviation']:.1f} % from that line"
            f" (target {100 * comparison['target']:g} %)"
        )

    def _comparison(self, measured: Measured, ours: str) -> dict[str, Any]:
        times = [measured[_entry(ours, n)]["median_ms"] for n in self.events]
        line = fit_line(self.events, times)
        return {
            "events": list(self.events),
            "median_ms": times,
            "constant_ms": round(line.constant, 4),
            "ms_per_event": round(line.slope, 6),
            "deviation": round(line.deviation, 4),
            "target": self.target,
            "met": line.deviation <= self.target,
        }


def _entry(ours: str, events: int) -> str:
    return f"{ours} {events} events"
