"""Spikes of a batch of samples as compressed sparse rows: how they travel between layers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from neurospike_cli.events.growing_array import GrowingArray, MemoryArray
from neurospike_cli.events.reasons import AFTER_LAST_STEP, OUTSIDE

Integers = NDArray[np.integer]


@dataclass(frozen=True)
class SpikeTrain:
    """Which channels spike in each step of each sample.

    Row r = sample * n_steps + step holds ``channels[offsets[r]:offsets[r + 1]]``.

    Attributes:
        dt: width of a step, in ms.
        n_samples, n_steps, n_channels: the extent.
        offsets: where each row begins, (n_samples * n_steps + 1,).
        channels: channel of each spike, ascending within a row, no channel twice.
        counts: how many events each entry stands for; None where each stands for one.
        dropped: events that are in no entry or made none of their own, by reason; none with 0.
    """

    dt: float
    n_samples: int
    n_steps: int
    n_channels: int
    offsets: NDArray[np.int64]
    channels: NDArray[np.int32]
    counts: NDArray[np.int32] | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def from_pairs(
        cls,
        steps: Integers,
        channels: Integers,
        *,
        dt: float,
        n_steps: int,
        n_channels: int,
        count: bool = False,
        dropped: Mapping[str, int] | None = None,
    ) -> SpikeTrain:
        """Return one sample from (step, channel) pairs in any order.

        Pairs that occur more than once become one spike, or with `count` one entry with their
        number. Pairs outside of the extent are dropped and counted.
        """
        steps, channels = np.asarray(steps, np.int64), np.asarray(channels, np.int64)
        inside = (steps >= 0) & (steps < n_steps) & (channels >= 0) & (channels < n_channels)
        keys, repeats = np.unique(steps[inside] * n_channels + channels[inside], return_counts=True)
        edges = np.arange(n_steps + 1, dtype=np.int64) * n_channels
        return cls(
            dt=dt,
            n_samples=1,
            n_steps=n_steps,
            n_channels=n_channels,
            offsets=np.searchsorted(keys, edges).astype(np.int64),
            channels=(keys % n_channels).astype(np.int32),
            counts=repeats.astype(np.int32) if count else None,
            dropped=_sum(dropped, {OUTSIDE: int(len(inside) - inside.sum())}),
        )

    @classmethod
    def from_rows(
        cls,
        rows: Integers,
        channels: NDArray[np.int32],
        *,
        dt: float,
        n_samples: int,
        n_steps: int,
        n_channels: int,
        dropped: Mapping[str, int] | None = None,
    ) -> SpikeTrain:
        """Return samples from (row, channel) pairs; pairs that occur more than once are one spike.

        Args:
            rows: sample * n_steps + step of each spike, in any order.
            channels: ascending among those of one row.
            dt, n_samples, n_steps, n_channels, dropped: as of the class.
        """
        n_rows = n_samples * n_steps
        # NumPy sorts 16 bits by radix, ten times faster than what it has to compare.
        keys = rows.astype(np.uint16) if n_rows <= 2**16 else rows
        order = np.argsort(keys, kind="stable")
        rows, channels = rows[order], channels[order]
        is_new = np.ones(len(rows), dtype=bool)
        is_new[1:] = (rows[1:] != rows[:-1]) | (channels[1:] != channels[:-1])
        offsets = np.zeros(n_rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(rows[is_new], minlength=n_rows), out=offsets[1:])
        extent = dt, n_samples, n_steps, n_channels
        return cls(*extent, offsets, channels[is_new], dropped=_sum(dropped))

    @classmethod
    def silent(cls, dt: float, n_samples: int, n_steps: int, n_channels: int) -> SpikeTrain:
        """Return samples in which nothing spikes."""
        offsets = np.zeros(n_samples * n_steps + 1, dtype=np.int64)
        return cls(dt, n_samples, n_steps, n_channels, offsets, np.empty(0, dtype=np.int32))

    @classmethod
    def batch(
        cls, trains: Iterable[SpikeTrain], held: Callable[[], GrowingArray] = MemoryArray
    ) -> SpikeTrain:
        """Return the samples of `trains`, all of one extent, one after the other.

        Memory grows in place: of trains that are made one by one, a second copy never exists.

        Args:
            trains: at least one.
            held: what makes the arrays that hold them.
        """
        first, samples, entries, dropped = None, 0, 0, Counter[str]()
        offsets, channels, counts = held(), held(), held()
        offsets.append(np.zeros(1, np.int64))
        for train in trains:
            first = train if first is None else first
            assert train.extent == first.extent, "trains of a batch share dt, steps and channels"
            offsets.append(train.offsets[1:] + entries)
            channels.append(train.channels)
            counts.append(train.channels[:0] if train.counts is None else train.counts)
            samples, entries = samples + train.n_samples, entries + train.nnz
            dropped.update(train.dropped)
        assert first is not None, "a batch has at least one train"
        counted = counts.array(np.int32)
        return replace(
            first,
            n_samples=samples,
            offsets=offsets.array(np.int64),
            channels=channels.array(np.int32),
            counts=None if first.counts is None else counted,
            dropped=dict(dropped),
        )

    @property
    def extent(self) -> tuple[float, int, int, bool]:
        """What trains of one batch share: dt, steps, channels, and whether entries are counted."""
        return self.dt, self.n_steps, self.n_channels, self.counts is not None

    @property
    def nnz(self) -> int:
        """Number of stored entries."""
        return len(self.channels)

    @property
    def entry_bytes(self) -> int:
        """What an entry takes in memory: its channel, and its count where there is one."""
        return 4 if self.counts is None else 8

    @property
    def duration(self) -> float:
        """Length of a sample, in ms."""
        return self.n_steps * self.dt

    def steps(self) -> NDArray[np.int64]:
        """Return the step of every entry, (nnz,)."""
        rows = np.repeat(np.arange(self.n_samples * self.n_steps), np.diff(self.offsets))
        return rows % max(1, self.n_steps)

    def select(self, samples: Integers) -> SpikeTrain:
        """Return the given samples, in the given order; `dropped` is not divided and is left."""
        first = np.asarray(samples, np.int64) * self.n_steps
        rows = (first[:, None] + np.arange(self.n_steps)).ravel()
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(self.offsets[rows + 1] - self.offsets[rows], out=offsets[1:])
        ends = self.offsets[first].tolist(), self.offsets[first + self.n_steps].tolist()
        pieces = [slice(*piece) for piece in zip(*ends, strict=True)]
        return replace(
            self,
            n_samples=len(samples),
            offsets=offsets,
            channels=_joined(self.channels, pieces),
            counts=None if self.counts is None else _joined(self.counts, pieces),
            dropped={},
        )

    def sample(self, index: int) -> SpikeTrain:
        """Return one sample."""
        return self.select(np.array([index]))

    def with_steps(self, n_steps: int) -> SpikeTrain:
        """Return every sample cut, or followed by silence, to `n_steps`; what is cut is counted."""
        return self if n_steps == self.n_steps else self._moved(n_steps, 0)

    def delayed(self, steps: int) -> SpikeTrain:
        """Return every spike `steps` later; what falls behind the end is counted as dropped."""
        return self if steps == 0 else self._moved(self.n_steps, steps)

    def _moved(self, n_steps: int, later: int) -> SpikeTrain:
        """Return every sample in `n_steps` steps, its spikes `later`; what is cut is counted."""
        kept = max(0, min(n_steps - later, self.n_steps))
        lengths = np.zeros((self.n_samples, n_steps), dtype=np.int64)
        old = np.diff(self.offsets).reshape(self.n_samples, self.n_steps)
        lengths[:, later : later + kept] = old[:, :kept]
        keep = np.repeat(
            np.arange(self.n_samples * self.n_steps) % self.n_steps < kept, old.ravel()
        )
        lost = ~keep if self.counts is None else self.counts[~keep]
        return replace(
            self,
            n_steps=n_steps,
            offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            channels=self.channels[keep],
            counts=None if self.counts is None else self.counts[keep],
            dropped=_sum(self.dropped, {AFTER_LAST_STEP: int(lost.sum())}),
        )

    def channel_counts(self) -> NDArray[np.int64]:
        """Return the events of each channel over all steps, (sample, channel)."""
        per_sample = np.diff(self.offsets[:: self.n_steps]) if self.n_steps else 0
        samples = np.repeat(np.arange(self.n_samples), per_sample)
        flat = samples * self.n_channels + self.channels
        size = self.n_samples * self.n_channels
        counts = np.bincount(flat, weights=self.counts, minlength=size)
        return counts.reshape(self.n_samples, self.n_channels).astype(np.int64)

    def to_csr_step_major(self, dtype: np.dtype[np.floating]) -> csr_array:
        """Return rows step * n_samples + sample × channels, the order of the engine."""
        matrix = csr_array(
            (self._values().astype(dtype), self.channels, self.offsets.astype(np.int32)),
            shape=(self.n_samples * self.n_steps, self.n_channels),
        )
        order = np.arange(self.n_samples * self.n_steps).reshape(self.n_samples, self.n_steps)
        return matrix if self.n_samples == 1 else matrix[order.T.ravel()]

    def to_dense(self) -> NDArray[np.int32]:
        """Return the counts as (sample, step, channel); for tests and small figures."""
        dense = np.zeros((self.n_samples * self.n_steps, self.n_channels), dtype=np.int32)
        rows = np.repeat(np.arange(len(dense)), np.diff(self.offsets))
        dense[rows, self.channels] = self._values()
        return dense.reshape(self.n_samples, self.n_steps, self.n_channels)

    def _values(self) -> NDArray[np.int32]:
        return np.ones(self.nnz, dtype=np.int32) if self.counts is None else self.counts


def _sum(*dropped: Mapping[str, int] | None) -> dict[str, int]:
    """Return the numbers of each reason together, without those that are 0."""
    total: Counter[str] = Counter()
    for numbers in dropped:
        total.update(numbers or {})
    return dict(+total)


def _joined(values: NDArray[np.int32], pieces: list[slice]) -> NDArray[np.int32]:
    """Return the pieces of `values` one after the other."""
    return np.concatenate([values[:0], *(values[piece] for piece in pieces)])
