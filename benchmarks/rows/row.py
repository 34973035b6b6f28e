"""What every row of the table provides."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from benchmarks.summary import Measured
from benchmarks.workers import interleaved
from benchmarks.workload import Workload

#: Our contestants; the compiled engine joins as `("neurospike", "neurospike_numpy")`.
OURS = ("neurospike", "neurospike_numpy")

Entries = Mapping[str, tuple[str, Workload]]


@dataclass(frozen=True)
class Row(ABC):
    """One measurement, all of whose contestants take turns in one run.

    Attributes:
        title: what is measured, for people.
        rounds: turns of each contestant, unless the command line says otherwise.
    """

    #: Which kind of row a result is, for who reads the JSON.
    kind: ClassVar[str]

    title: str
    rounds: int

    @abstractmethod
    def entries(self) -> Entries:
        """Return (contestant, workload) of everything that takes turns, by a name of its own."""

    @abstractmethod
    def comparisons(self, measured: Measured) -> dict[str, dict[str, Any]]:
        """Return for each of ours the numbers that count, their `target` and whether it is `met`.

        A comparison without a target is `met`.
        """

    @abstractmethod
    def verdict(self, comparison: Mapping[str, Any]) -> str:
        """Return one comparison in words."""

    def measure(self, rounds: int | None) -> dict[str, Any]:
        """Return what the row's contestants cost and how ours compare."""
        rounds = rounds or self.rounds
        measured = interleaved(self.entries(), rounds)
        return {
            "kind": self.kind,
            "title": self.title,
            "rounds": rounds,
            "contestants": measured,
            "comparisons": self.comparisons(measured),
        }

    def table(self, result: Mapping[str, Any]) -> str:
        """Return a result of the row as text."""
        measured = result["contestants"]
        lines = [f"{self.title}, {result['rounds']} turns"]
        lines += [_line(name, entry) for name, entry in measured.items()]
        for name, comparison in result["comparisons"].items():
            passed = "met" if comparison["met"] else "NOT met"
            target = "" if comparison["target"] is None else f"; target {passed}"
            lines.append(f"  {name}: {self.verdict(comparison)}{target}")
        return "\n".join(lines)


def _line(name: str, entry: Mapping[str, Any]) -> str:
    rates = ", ".join(f"{rate:.3g}" for rate in entry["firing_rates_hz"])
    quartiles = f"[{entry['quartile_1_ms']:.2f}, {entry['quartile_3_ms']:.2f}]"
    return (
        f"  {name:<30} {entry['median_ms']:9.2f} ms  {quartiles:<18} {entry['memory_mb']:7.0f} MB"
        f"  {entry['label']}" + (f", layers at {rates} Hz" if rates else "")
    )
