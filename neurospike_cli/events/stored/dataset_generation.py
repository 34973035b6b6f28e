"""Makes a data set folder: pieces of some recordings by some processes, then a file a split.

Which process makes a recording changes nothing: all that is random about it is a function of the
seed and its number. So the files are the same for any number of processes, and for work that was
stopped and taken up again. Memory holds one recording a process, and some numbers a recording.
"""

from __future__ import annotations

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.sensor import Sensor
from neurospike_cli.events.sources.source import Source
from neurospike_cli.events.split import SplitName
from neurospike_cli.events.stored.dataset_folder import (
    LABELS,
    Description,
    Manifest,
    write_labels,
    write_manifest,
)
from neurospike_cli.events.stored.dataset_reader import StoredDataset, open_dataset
from neurospike_cli.events.stored.partial_folder import PartialFolder, partial_folder
from neurospike_cli.events.stored.processes import cores, in_processes
from neurospike_cli.events.stored.recording_shard import open_shard, write_shard
from neurospike_cli.events.stored.split_file import write_split

#: A data set has 64 pieces, but none has more recordings than this: they are lost when stopped.
_PIECES, _MOST = 64, 32
#: Work of less than this is done before other processes have started, in s.
_SHORT = 1.0


@dataclass(frozen=True, eq=False)
class Plan:
    """A data set that is to be made.

    Attributes:
        source: where the recordings come from.
        seed: the experiment's.
        partition: numbers of the recordings of each split, ascending.
        labels: class of every recording, (recording,).
    """

    source: Source
    seed: int
    partition: Mapping[SplitName, NDArray[np.int64]]
    labels: NDArray[np.int64]

    @property
    def total(self) -> int:
        """Number of recordings."""
        return sum(map(len, self.partition.values()))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The recordings in the order in which they are written, piece by piece."""
        step = min(_MOST, max(1, self.total // _PIECES))
        return tuple(
            Piece(f"{split}-{begin:09d}", split, recordings[begin : begin + step])
            for split, recordings in self.partition.items()
            for begin in range(0, len(recordings), step)
        )

    def description(self) -> Description:
        """Return what the data set says about itself."""
        width, height = self.source.sensor_size
        return Description(
            classes=self.source.class_names(),
            sensor=Sensor(width=width, height=height),
            duration=self.source.duration,
            seed=self.seed,
            source=self.source.model_dump(mode="json"),
        )

    def request(self) -> dict[str, Any]:
        """Return what must be the same where the work is taken up again."""
        division = hashlib.sha256(self.labels.astype("<i8").tobytes())
        for recordings in self.partition.values():
            division.update(recordings.astype("<i8").tobytes())
        counts = {split: len(recordings) for split, recordings in self.partition.items()}
        data = self.source.model_dump(mode="json")
        division_hash = division.hexdigest()
        return {"version": 1, "seed": self.seed, "data": data, "recordings": counts} | {
            "labels and split, sha256": division_hash
        }


@dataclass(frozen=True, eq=False)
class Piece:
    """Recordings that are made together."""

    name: str
    split: SplitName
    recordings: NDArray[np.int64]


def plan_for(source: Source, seed: int) -> Plan:
    """Return what `source` and `seed` make; reads no events.

    Raises:
        DataError: the source's files are missing, or a class has too few recordings.
    """
    return Plan(source, seed, source.partition(seed), source.labels())


def generate_dataset(
    plan: Plan,
    target: Path,
    *,
    workers: int | None = None,
    resume: bool = False,
    advance: Callable[[int], None] = lambda recordings: None,
    decorate: Callable[[StoredDataset], None] = lambda stored: None,
) -> Manifest:
    """Make the folder `target` and return its manifest.

    Args:
        plan: what is made.
        target: the new folder; nothing may be there.
        workers: number of processes; None = as many as there are cores where it takes long.
        resume: whether work that was stopped is taken up again; it is begun where there is none.
        advance: hears how many recordings have been made, at first how many had been before.
        decorate: may add pictures to the folder of the data set when all else is there.

    Raises:
        RunError: `target` exists, other work was begun there, or it cannot be written to.
        DataError: a recording is missing or corrupt.
        UsageError: recordings of the source are no events.
    """
    with partial_folder(target, plan.request(), resume=resume) as folder:
        pending = [piece for piece in plan.pieces if not _is_done(piece, folder)]
        advance(plan.total - sum(len(piece.recordings) for piece in pending))
        for recordings in _made(plan, folder, pending, workers):
            advance(recordings)
        manifest = _assemble(plan, folder)
        decorate(open_dataset(folder.whole))
    return manifest


def _made(
    plan: Plan, folder: PartialFolder, pending: list[Piece], workers: int | None
) -> Iterator[int]:
    """Make pieces and yield the number of recordings of each."""
    work = partial(_make_piece, plan.source, plan.seed, folder.pieces)
    begun, waiting = time.monotonic(), deque(pending)
    alone = {None: _SHORT, 1: float("inf")}.get(workers, 0.0)
    while waiting and time.monotonic() - begun < alone:
        yield work(waiting.popleft())
    count = min(workers or cores(), len(waiting))
    if count:
        yield from in_processes(work, waiting, count)


def _make_piece(source: Source, seed: int, folder: Path, piece: Piece) -> int:
    streams = (source.read(index, seed) for index in piece.recordings.tolist())
    write_shard(folder / piece.name, streams)
    return len(piece.recordings)


def _is_done(piece: Piece, folder: PartialFolder) -> bool:
    return (folder.pieces / piece.name).exists()


def _assemble(plan: Plan, folder: PartialFolder) -> Manifest:
    """Write the data set's files from its pieces."""
    shards = [(piece.split, open_shard(folder.pieces / piece.name)) for piece in plan.pieces]
    has_truth = all(shard.known.all() for _, shard in shards)
    events = {
        split: write_split(
            folder.whole / f"{split}.npz",
            [shard for of, shard in shards if of == split],
            recordings,
            plan.labels[recordings],
            has_truth=has_truth,
        )
        for split, recordings in plan.partition.items()
    }
    description = plan.description()
    write_labels(folder.whole / LABELS, description.classes, plan.partition, plan.labels)
    return write_manifest(folder.whole, description, plan.partition, events, has_truth=has_truth)
