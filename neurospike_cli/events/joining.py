"""Several recordings of one sensor as one: at the same time, or one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from neurospike_cli.errors import UsageError
from neurospike_cli.events.stream import EventStream


def merged(streams: Sequence[EventStream]) -> EventStream:
    """Return all events of recordings of one sensor by time, at equal times in their order.

    What is known of all parts stays known: `truth`, the longest `duration`, and a `label`
    that is the same in each.

    Raises:
        UsageError: there is no recording, or they are of sensors of different sizes.
    """
    sizes = {(stream.width, stream.height) for stream in streams}
    if len(sizes) != 1:
        found = ", ".join(f"{width}×{height} px" for width, height in sorted(sizes))
        raise UsageError(f"recordings must be of one sensor; got {found or 'no recording'}")
    events = np.concatenate([stream.events for stream in streams])
    order = np.argsort(events["t"], kind="stable")
    truths = [stream.truth for stream in streams if stream.truth is not None]
    lengths = [stream.duration for stream in streams if stream.duration is not None]
    whole = len(streams)
    return replace(
        streams[0],
        events=events[order],
        truth=np.concatenate(truths)[order] if len(truths) == whole else None,
        duration=max(lengths) if len(lengths) == whole else None,
        label=streams[0].label if len({stream.label for stream in streams}) == 1 else None,
        provenance=", ".join(dict.fromkeys(stream.provenance for stream in streams)),
        dropped=_added([stream.dropped for stream in streams]),
    )


def concatenated(streams: Sequence[EventStream]) -> EventStream:
    """Return recordings of one sensor one after the other: each begins where the last one ends.

    A recording ends after its `duration`, or without one 1 µs after its last event.

    Raises:
        UsageError: as `merged`.
    """
    moved, begin = [], 0
    for stream in streams:
        end = begin + stream.end
        duration = None if stream.duration is None else end / 1000.0
        moved.append(replace(stream.delayed(begin), duration=duration))
        begin = end
    return merged(moved)


def _added(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    total = Counter[str]()
    for each in counts:
        total.update(each)  # a sum of counters would leave out reasons that took nothing
    return dict(total)
