"""A source whose recordings are divided by the config's fractions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.sources.source import Source
from neurospike_cli.events.split import Split, SplitName, stratified
from neurospike_cli.rng import Purpose, stream


class DividedSource(Source):
    """Recordings that come without a split of their own."""

    split: Split = Split()
    """How the recordings of each class are divided, as fractions."""

    def partition(self, seed: int) -> Mapping[SplitName, NDArray[np.int64]]:
        """Return the recordings of each split, every class divided by the fractions."""
        rng = stream(seed, Purpose.SPLIT)
        return stratified(self.labels(), self.split, rng, self.class_names())

    def checks(self) -> list[tuple[str, str]]:
        """Return what is wrong across fields, as (dotted key below `data`, message)."""
        problems = super().checks()
        if self.split.validation == 0:
            message = "must be greater than 0: the best epoch is chosen by validation; got 0"
            problems.append(("split.validation", message))
        return problems
