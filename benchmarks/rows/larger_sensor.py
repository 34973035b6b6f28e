"""The same events on a larger sensor, ours against ours: silent pixels should cost nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from benchmarks.rows.row import OURS, Entries, Row
from benchmarks.summary import Measured, ratio
from benchmarks.workload import Workload


@dataclass(frozen=True)
class LargerSensor(Row):
    """One event list on two channel spaces.

    Attributes:
        workload: the small sensor.
        factor: how many times the pixels the large one has.
        target: how many times the small sensor's time the large one may take.
    """

    kind: ClassVar[str] = "sensor"

    workload: Workload
    factor: int
    target: float

    @property
    def larger(self) -> Workload:
        """The workload on the large sensor, whose active channels lie evenly among silent ones."""
        small = self.workload
        sizes = (small.sizes[0] * self.factor, *small.sizes[1:])
        return replace(small, sizes=sizes, density=small.density / self.factor, spread=self.factor)

    def entries(self) -> Entries:
        """Return each of ours on both sensors."""
        pairs = [(ours, load) for ours in OURS for load in (self.workload, self.larger)]
        return {_entry(ours, load): (ours, load) for ours, load in pairs}

    def comparisons(self, measured: Measured) -> dict[str, dict[str, Any]]:
        """Return how many times the small sensor's time the large one takes."""
        times = {
            ours: ratio(
                measured, _entry(ours, self.workload), _entry(ours, self.larger), "median_ms"
            )
            for ours in OURS
        }
        return {
            ours: {"ratio": taken, "target": self.target, "met": taken <= self.target}
            for ours, taken in times.items()
        }

    def verdict(self, comparison: Mapping[str, Any]) -> str:
        """Return the ratio in words."""
        return f"{comparison['ratio']:.2f} x the time (target {comparison['target']:g} at most)"


def _entry(ours: str, workload: Workload) -> str:
    return f"{ours} {workload.sizes[0]}"
