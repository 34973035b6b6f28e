"""What there is in a file of spikes of many recordings, in words and in numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from neurospike_cli.errors import DataError
from neurospike_cli.events.formats._recording_file import opened
from neurospike_cli.events.formats._spike_file import read_labels, read_spikes
from neurospike_cli.events.surveys.recording_facts import in_number, in_time

_MAGIC = b"\x89HDF\r\n\x1a\n"


def is_spike_file(path: Path) -> bool:
    """Say whether this is a file of spikes as the Heidelberg digits are.

    Raises:
        UsageError: it is an HDF5 file, and h5py is not installed.
    """
    if not path.is_file() or not path.stat().st_size:
        return False
    with opened(path) as file:
        if file.handle.read(len(_MAGIC)) != _MAGIC:
            return False
    try:
        read_labels(path)
    except DataError:
        return False
    return True


def spike_facts(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the facts about a file of spikes in words, and as numbers.

    Raises:
        DataError: it is damaged.
    """
    stored, spikes = read_labels(path), read_spikes(path)
    count = int(stored.labels.max()) + 1
    names = stored.names if len(stored.names) >= count else tuple(map(str, range(count)))
    recordings = np.bincount(stored.labels, minlength=count)
    owners = np.repeat(stored.labels, np.diff(spikes.offsets))
    events = np.bincount(owners, minlength=count)
    by_class = [
        {"class": name, "recordings": own, "spikes": spiked}
        for name, own, spiked in zip(names, recordings.tolist(), events.tolist(), strict=False)
    ]
    numbers = {
        "recordings": len(stored.labels),
        "spikes": len(spikes.times),
        "units": int(spikes.units.max(initial=-1)) + 1,
        "last_us": int(spikes.times.max(initial=0)),
        "by_class": by_class,
    }
    facts = {
        "recordings": f"{numbers['recordings']:,}",
        "spikes": f"{numbers['spikes']:,}",
        "units": f"{numbers['units']:,}, or more that never spike",
        "last spike": f"{in_time(int(spikes.times.max(initial=0)))} after a recording's begin",
        "read with": "source: heidelberg",
    }
    for row in by_class:
        words = in_number(row["recordings"], "recording"), in_number(row["spikes"], "spike")
        facts[f"class {row['class']}"] = ", ".join(words)
    return facts, numbers
