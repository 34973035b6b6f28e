"""What the figure shows of the rows against peers: a group of bars for each quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Row = Mapping[str, Any]
#: Not a peer, and marked beside the bars: our method written in PyTorch.
BY_HAND = "pytorch_by_hand"


class Bar(NamedTuple):
    """One engine in one row: how many times better than the peer, what is asked, the amounts."""

    engine: str
    ratio: float
    target: float | None
    amounts: str


class Group(NamedTuple):
    """The engines in one row, and how many times better than the peer PyTorch by hand is."""

    title: str
    bars: list[Bar]
    by_hand: float | None


class Quantity(NamedTuple):
    """Something to have less of, and where results keep it."""

    key: str
    unit: str
    ratio: str
    target: str
    peer: str


TIME = Quantity("median_ms", "ms", "ratio", "target", "fastest_peer")
MEMORY = Quantity("memory_mb", "MB", "memory_ratio", "memory_target", "smallest_peer")


def groups(rows: Mapping[str, Row], kind: str) -> Iterator[Group]:
    """Yield the groups of all rows of a kind; memory only where it has a target."""
    for row in rows.values():
        if row["kind"] != kind:
            continue
        network, _, rest = row["title"].partition(", ")
        yield _group(f"{network}\n{rest}", row, TIME)
        if any(c[MEMORY.target] for c in row["comparisons"].values()):
            yield _group(f"{network}\npeak memory", row, MEMORY)


def _group(title: str, row: Row, quantity: Quantity) -> Group:
    bars = [_bar(row, engine, quantity) for engine in row["comparisons"]]
    first = next(iter(row["comparisons"].values()))
    contestants, by_hand = row["contestants"], None
    if BY_HAND in contestants:
        peer = contestants[first[quantity.peer]]
        by_hand = peer[quantity.key] / contestants[BY_HAND][quantity.key]
    return Group(title, bars, by_hand)


def _bar(row: Row, engine: str, quantity: Quantity) -> Bar:
    comparison = row["comparisons"][engine]
    peer, ours = (row["contestants"][name] for name in (comparison[quantity.peer], engine))
    library = str(peer["label"]).partition(" (")[0]
    amounts = (
        f"{ours[quantity.key]:.3g} {quantity.unit}; "
        f"{library} {peer[quantity.key]:.0f} {quantity.unit}"
    )
    return Bar(engine, comparison[quantity.ratio], comparison[quantity.target], amounts)
