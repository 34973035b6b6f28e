"""Loss of events at random, each with the same probability (EventDrop: Gu et al. 2021).

The probability itself is drawn once per recording, uniform in 0 … `probability`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from neurospike_cli.events.augmentations.augmentation import Augmentation
from neurospike_cli.events.stream import EventStream


class EventDrop(Augmentation):
    """Thins the recording out."""

    type: Literal["event_drop"] = "event_drop"
    probability: float = Field(default=0.5, ge=0.0, lt=1.0)
    """Largest share of the events that are lost."""

    def apply(self, stream: EventStream, rng: np.random.Generator) -> EventStream:
        """Return the recording without the lost events."""
        lost = rng.random(len(stream.events)) < rng.uniform(0.0, self.probability)
        return stream.with_events(stream.events[~lost], event_drop=int(lost.sum()))
