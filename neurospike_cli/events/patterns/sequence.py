"""Several patterns one after the other.

Part i lasts shares_i / sum(shares) of the recording and its events are those that it has alone in
as long a recording, later by the ends of those before it, which are whole µs. A cut itself makes
no events: where one part leaves a pixel bright and the next finds it dark, nothing tells.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import ConfigDict, Field, Strict, model_validator

from neurospike_cli.events.patterns._crossings import refuse_too_many
from neurospike_cli.events.patterns.pattern import Pattern
from neurospike_cli.events.stream import Events
from neurospike_cli.registry import OneOf

Share = Annotated[float, Field(gt=0.0, le=1e6)]


class Sequence(Pattern):
    """Its patterns in turn."""

    # Patterns hold patterns: the schema is built when all of them are known.
    model_config = ConfigDict(defer_build=True)

    pattern: Literal["sequence"] = "sequence"
    patterns: Annotated[
        tuple[Annotated[Pattern, OneOf()], ...], Strict(False), Field(min_length=1, max_length=64)
    ]
    """What is seen in turn; 1 to 64 patterns."""
    shares: Annotated[tuple[Share, ...], Strict(False)] | None = None
    """How long each lasts, in proportion to the others; without it, all the same; a ratio."""

    @model_validator(mode="after")
    def _check_shares(self) -> Self:
        if self.shares is not None and len(self.shares) != len(self.patterns):
            raise ValueError(
                f"shares must be one for each of the {len(self.patterns)} patterns; "
                f"got {len(self.shares)}"
            )
        return self

    def events(self, width: int, height: int, duration: float, rng: np.random.Generator) -> Events:
        """Return the events of one recording; each part draws from a stream of its own."""
        bounds = self.bounds(duration)
        parts = []
        for i, (part, own) in enumerate(
            zip(self.patterns, rng.spawn(len(self.patterns)), strict=True)
        ):
            length = (bounds[i + 1] - bounds[i]) / 1000.0
            events = part.events(width, height, length, own)
            events["t"] += bounds[i]
            parts.append(events)
            refuse_too_many(sum(map(len, parts)))
        return np.concatenate(parts)

    def bounds(self, duration: float) -> list[int]:
        """Return the beginning of each part and the end of the last, in µs."""
        shares = np.array(self.shares or [1.0] * len(self.patterns))
        ends = np.rint(np.cumsum(shares) / shares.sum() * duration * 1000.0)
        return [0, *ends.astype(np.int64).tolist()]
