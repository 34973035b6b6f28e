"""Our engines against other libraries on the same work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from benchmarks.rows.row import OURS, Entries, Row
from benchmarks.summary import Measured, least, ratio
from benchmarks.workload import Workload

PEERS = ("snntorch", "spikingjelly", "norse", "pytorch")
RECURRENT_PEERS = tuple(f"{peer}_recurrent" for peer in PEERS)
#: Shown, but no peers: PyTorch without autograd's loop, and a yardstick of the machine.
BESIDE = ("pytorch_by_hand", "yardstick")


@dataclass(frozen=True)
class AgainstPeers(Row):
    """A workload whose fastest peer is the measure.

    Attributes:
        workload: what everybody works on.
        targets: how many times faster than the fastest peer each of ours must be.
        memory_target: how many times the peak memory of ours the thriftiest peer must need.
        peers, beside: contestants that count, and those that are only shown.
    """

    kind: ClassVar[str] = "peers"

    workload: Workload
    targets: Mapping[str, float]
    memory_target: float | None = None
    peers: tuple[str, ...] = PEERS
    beside: tuple[str, ...] = BESIDE

    def entries(self) -> Entries:
        """Return ours, the peers and those beside."""
        return {name: (name, self.workload) for name in (*OURS, *self.peers, *self.beside)}

    def comparisons(self, measured: Measured) -> dict[str, dict[str, Any]]:
        """Return how many times faster, and smaller, each of ours is."""
        return {ours: self._comparison(measured, ours) for ours in OURS}

    def verdict(self, comparison: Mapping[str, Any]) -> str:
        """Return the two ratios in words."""
        target, memory_target = comparison["target"], comparison["memory_target"]
        return (
            f"{comparison['ratio']:.2f} x faster than {comparison['fastest_peer']}"
            + (f" (target {target:g})" if target else "")
            + f", peak memory 1/{comparison['memory_ratio']:.1f} of {comparison['smallest_peer']}"
            + (f" (target 1/{memory_target:g})" if memory_target else "")
        )

    def _comparison(self, measured: Measured, ours: str) -> dict[str, Any]:
        fastest = least(measured, self.peers, "median_ms")
        smallest = least(measured, self.peers, "memory_mb")
        faster = ratio(measured, ours, fastest, "median_ms")
        smaller = ratio(measured, ours, smallest, "memory_mb")
        target = self.targets.get(ours)
        memory_target = None if target is None else self.memory_target
        return {
            "fastest_peer": fastest,
            "ratio": faster,
            "target": target,
            "smallest_peer": smallest,
            "memory_ratio": smaller,
            "memory_target": memory_target,
            "met": faster >= (target or 0) and smaller >= (memory_target or 0),
        }
