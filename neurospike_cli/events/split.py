"""Which recordings are for training, for validation and for the test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from neurospike_cli.errors import DataError
from neurospike_cli.registry import Parameters
from neurospike_cli.units import Fraction

SplitName = str
SPLITS: tuple[SplitName, ...] = ("train", "validation", "test")


class Split(Parameters):
    """Fractions of the recordings of each class; they add up to 1."""

    train: Fraction = Field(default=0.7, gt=0.0)
    """What weights are learned from, as a fraction."""
    validation: Fraction = 0.15
    """What the best epoch is chosen by, as a fraction; not 0."""
    test: Fraction = 0.15
    """What only an evaluation reads, as a fraction."""

    @model_validator(mode="after")
    def _check_sum(self) -> Self:
        total = sum(self.fractions)
        if abs(total - 1.0) > 1e-9:
            raise ValueError(f"train, validation and test must add up to 1; got {total:g}")
        return self

    @property
    def fractions(self) -> tuple[float, float, float]:
        """The fractions in the order of `SPLITS`."""
        return self.train, self.validation, self.test

    @property
    def least_samples(self) -> int:
        """Samples that a class needs at least: one for each split in use."""
        return sum(fraction > 0 for fraction in self.fractions)


def stratified(
    labels: NDArray[np.int64],
    split: Split,
    rng: np.random.Generator,
    class_names: Sequence[str] = (),
) -> dict[SplitName, NDArray[np.int64]]:
    """Return the recordings of each split, ascending: every class divided by the fractions.

    Args:
        labels: class of each recording, (recording,).
        split: the fractions.
        rng: each class is shuffled by it, in ascending order of the classes.
        class_names: for messages; and a class in them must have recordings.

    Raises:
        DataError: a class has fewer recordings than there are splits in use.
    """
    count = max(int(labels.max(initial=-1)) + 1, len(class_names))
    names = [*class_names, *map(str, range(len(class_names), count))]
    parts: dict[SplitName, list[NDArray[np.int64]]] = {name: [] for name in SPLITS}
    for label in range(count) if class_names else np.unique(labels):
        members = np.flatnonzero(labels == label)
        _check_size(len(members), split, names[label])
        shuffled = rng.permutation(members)
        ends = np.cumsum(split_sizes(len(members), split))
        for name, part in zip(SPLITS, np.split(shuffled, ends[:-1]), strict=True):
            parts[name].append(part)
    empty = np.empty(0, dtype=np.int64)
    return {name: np.sort(np.concatenate([empty, *found])) for name, found in parts.items()}


def split_sizes(samples: int, split: Split) -> tuple[int, ...]:
    """Return how many of `samples` go to each split: largest remainders, at least 1 if in use.

    Where remainders are equal the earlier of `SPLITS` comes first.
    """
    fractions = np.array(split.fractions)
    # Without rounding 2.6 - 2 is more than 0.6, and noise would decide between equal remainders.
    quotas = np.round(samples * fractions, 9)
    sizes = np.floor(quotas).astype(int)
    order = np.argsort(-np.round(quotas - sizes, 9), kind="stable")
    sizes[order[: samples - sizes.sum()]] += 1
    for index in np.flatnonzero((fractions > 0) & (sizes == 0)):
        sizes[np.argmax(sizes)] -= 1
        sizes[index] += 1
    return tuple(int(size) for size in sizes)


def _check_size(samples: int, split: Split, name: str) -> None:
    if samples < split.least_samples:
        raise DataError(
            f"class `{name}` has {samples} recordings; "
            f"the split needs at least {split.least_samples}, one for each part in use",
            hint="add recordings, or set `split.test` to 0",
        )
