"""Several patterns at once, each as if it were alone.

The events are those of all parts, by time; so there are as many as in the parts together. Where two
objects meet, each makes its own events: nothing hides anything.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import ConfigDict, Field, Strict

from neurospike_cli.events.patterns._crossings import refuse_too_many
from neurospike_cli.events.patterns.pattern import Pattern
from neurospike_cli.events.stream import Events, sorted_by_time
from neurospike_cli.registry import OneOf


class Sum(Pattern):
    """All of its patterns at the same time."""

    # Patterns hold patterns: the schema is built when all of them are known.
    model_config = ConfigDict(defer_build=True)

    pattern: Literal["sum"] = "sum"
    patterns: Annotated[
        tuple[Annotated[Pattern, OneOf()], ...], Strict(False), Field(min_length=1, max_length=64)
    ]
    """What is seen at once; 1 to 64 patterns."""

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; each part draws from a stream of its own."""
        parts: list[Events] = []
        for part, own in zip(self.patterns, rng.spawn(len(self.patterns)), strict=True):
            parts.append(part.events(width, height, duration, own))
            refuse_too_many(sum(map(len, parts)))
        return sorted_by_time(np.concatenate(parts))
