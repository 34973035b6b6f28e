"""Checkpoints: everything needed to go on with the next batch as if nothing had happened.

Random streams are functions of (seed, purpose, phase, epoch), so the position in the schedule is
also the position of every generator.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.atomic import write_with
from neurospike_cli.errors import RunError
from neurospike_cli.runs.arrays import read_arrays

Arrays = dict[str, NDArray[np.floating]]


@dataclass(frozen=True)
class Progress:
    """The next batch to train, and what was reached until then.

    Attributes:
        phase, epoch, batch: position in the schedule, each from 0.
        loss, correct, samples: sums over the batches of this epoch so far.
        best_accuracy, best_loss: the best validation result so far.
        best_epoch: epochs done in all phases when it was reached.
        epochs_done: epochs done in all phases.
        waited: epochs of this phase since its result last improved.
    """

    phase: int = 0
    epoch: int = 0
    batch: int = 0
    loss: float = 0.0
    correct: int = 0
    samples: int = 0
    best_accuracy: float = -1.0
    best_loss: float = 0.0
    best_epoch: int = 0
    epochs_done: int = 0
    waited: int = 0


@dataclass(frozen=True)
class Checkpoint:
    """Progress, weights in mV and the learning rule's state."""

    progress: Progress
    weights: Arrays
    state: Arrays


def write_checkpoint(
    path: Path, progress: Progress, weights: Mapping[str, NDArray[np.floating]], state: Arrays
) -> None:
    """Write a checkpoint in one step."""
    arrays: dict[str, NDArray[np.generic]] = {f"weights/{n}": a for n, a in weights.items()}
    arrays |= {f"state/{n}": a for n, a in state.items()}
    arrays["progress"] = np.frombuffer(json.dumps(asdict(progress)).encode(), dtype=np.uint8)
    write_with(path, lambda file: np.savez(file, allow_pickle=False, **arrays))


def read_checkpoint(path: Path, *, with_state: bool = True) -> Checkpoint:
    """Read a checkpoint.

    Args:
        path: the file.
        with_state: read the learning rule's state too, which is larger than the weights.

    Raises:
        RunError: it is missing or damaged; every array carries a checksum.
    """
    arrays = read_arrays(path, "checkpoint", without=None if with_state else "state/")
    try:
        progress = Progress(**json.loads(arrays.pop("progress").tobytes()))
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"damaged checkpoint: {error}", where=str(path)) from None
    return Checkpoint(progress, _under("weights/", arrays), _under("state/", arrays))


def _under(prefix: str, arrays: Mapping[str, NDArray[np.floating]]) -> Arrays:
    return {n.removeprefix(prefix): a for n, a in arrays.items() if n.startswith(prefix)}
