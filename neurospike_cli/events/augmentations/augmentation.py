"""What an augmentation is: a random change of a training recording that keeps its label."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from neurospike_cli.events.stream import EventStream
from neurospike_cli.registry import Component


class Augmentation(Component):
    """Changes a training recording at random, anew in every epoch."""

    discriminator: ClassVar[str] = "type"

    @abstractmethod
    def apply(self, stream: EventStream, rng: np.random.Generator) -> EventStream:
        """Return the changed recording; what leaves the sensor is dropped and counted."""
