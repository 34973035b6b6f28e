"""Learning digits by STDP, against the library whose published network this is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from benchmarks.rows.against_peers import AgainstPeers
from benchmarks.rows.row import OURS, Entries

#: One library twice: which number of threads suits it depends on the machine.
PEERS = ("bindsnet", "bindsnet_one_thread")


@dataclass(frozen=True)
class Plasticity(AgainstPeers):
    """The time of one digit: drawing its spikes, the run with learning, the normalisation."""

    kind: ClassVar[str] = "plasticity"

    peers: tuple[str, ...] = PEERS
    beside: tuple[str, ...] = ()

    def entries(self) -> Entries:
        """Return ours, by the names they have in every row, and the peers."""
        ours = {name: (f"{name}_stdp", self.workload) for name in OURS}
        return ours | {name: (name, self.workload) for name in (*self.peers, *self.beside)}

    def verdict(self, comparison: Mapping[str, Any]) -> str:
        """Return the ratio in words; weights are small, and memory tells only what was imported."""
        target = f" (target {comparison['target']:g})" if comparison["target"] else ""
        return f"{comparison['ratio']:.2f} x faster than {comparison['fastest_peer']}{target}"
