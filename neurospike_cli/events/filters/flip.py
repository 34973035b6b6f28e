"""A mirror: x becomes width - 1 - x, or y becomes height - 1 - y, or both; nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Self

import numpy as np
from pydantic import model_validator

from neurospike_cli.events.filters.filter import Filter
from neurospike_cli.events.stream import EventStream


class Flip(Filter):
    """Mirrors the recording."""

    type: Literal["flip"] = "flip"
    horizontal: bool = True
    """Whether left and right change places; true or false."""
    vertical: bool = False
    """Whether top and bottom change places; true or false."""

    @model_validator(mode="after")
    def _check_axes(self) -> Self:
        if not (self.horizontal or self.vertical):
            raise ValueError("horizontal or vertical must be true, or nothing is flipped")
        return self

    def apply(self, stream: EventStream) -> EventStream:
        """Return the mirrored recording."""
        events = stream.events.copy()
        if self.horizontal:
            events["x"] = stream.width - 1 - events["x"]
        if self.vertical:
            events["y"] = stream.height - 1 - events["y"]
        return replace(stream, events=events).kept(np.ones(len(events), dtype=bool), "flip")
