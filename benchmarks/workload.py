"""What every contestant works on: the same sizes, spikes and labels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

#: Mean firing rate that every contestant's layers are brought to before the clock starts.
TARGET_RATE = 20.0
TAU_M, TAU_ADAPT, DT = 20.0, 100.0, 1.0
#: Rise of an adaptive threshold at a spike, as a share of the threshold: 2 of our 15 mV.
RISE = 2.0 / 15.0
#: Spread of recurrent weights, as a multiple of that of other weights.
RECURRENT_SCALE = 0.2


@dataclass(frozen=True)
class Workload:
    """One batch and what is done with it.

    Attributes:
        sizes: input channels, neurons of each hidden layer, classes.
        density: share of the (sample, step, channel) grid with an input spike.
        trains: forward, backward and Adam; without it the forward pass alone.
        recurrence: probability of each connection of a hidden layer to itself.
        adaptive: thresholds of hidden neurons rise with every spike.
        spread: only each `spread`-th channel is ever active; the events are those of a sensor
            that is smaller by this factor, at `density` times `spread`.
        steps, batch: extent of the batch.
        warm_up: steps before the first turn.
        untimed, timed: steps of a turn; the first ones do not count, nor do others until the
            machine has settled (`worker.SETTLING`).
    """

    sizes: tuple[int, ...]
    density: float
    trains: bool = True
    recurrence: float = 0.0
    adaptive: bool = False
    spread: int = 1
    steps: int = 100
    batch: int = 64
    warm_up: int = 2
    untimed: int = 1
    timed: int = 5

    @classmethod
    def from_json(cls, text: str) -> Workload:
        """Return the workload that `to_json` wrote."""
        fields = json.loads(text)
        return cls(**fields | {"sizes": tuple(fields["sizes"])})

    def to_json(self) -> str:
        """Return the workload as text, for a worker's command line."""
        return json.dumps(asdict(self))

    @property
    def labels(self) -> NDArray[np.int64]:
        """Class of each sample, (batch,)."""
        return np.arange(self.batch) % self.sizes[-1]

    def events(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Yield steps and channels of each sample's events; classes have bands of busier channels.

        Sample by sample, because a dense batch would be the largest thing in our processes.
        """
        rng = np.random.default_rng(2024)
        active = self.sizes[0] // self.spread
        bands = np.arange(active) * self.sizes[-1] // active
        for label in self.labels:
            rates = np.where(bands == label, 4.0, 1.0)
            rates *= self.density * self.spread / rates.mean()
            steps, channels = np.nonzero(rng.random((self.steps, active), dtype=np.float32) < rates)
            yield steps, channels * self.spread

    def connected(self, size: int) -> NDArray[np.bool_]:
        """Return which pairs of a recurrent layer connect, (size, size); no neuron to itself."""
        pairs = np.random.default_rng(7).random((size, size)) < self.recurrence
        return pairs & ~np.eye(size, dtype=bool)
