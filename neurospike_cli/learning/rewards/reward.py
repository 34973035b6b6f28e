"""What a rule needs to know of the rewards of a trial."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.neurons.neuron_model import Floats
from neurospike_cli.registry import Component

Arrays = dict[str, NDArray[np.floating]]


class Reward(Component):
    """Rewards of a trial: values at times, all multiplied by one number that may depend on it."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "correctness"

    @abstractmethod
    def pulses(self, duration: float) -> tuple[tuple[float, float], ...]:
        """Return the rewards of every trial, as (time, value), before they are multiplied.

        Args:
            duration: of a trial, in ms; a reward may come later, when nothing spikes any more.
        """

    def checks(self, classes: int) -> Iterator[tuple[str, str]]:
        """Yield what does not fit the number of classes, as (key, message)."""
        yield from ()

    def start(self, outputs: int) -> Arrays:
        """Return what is remembered from trial to trial, by name."""
        return {}

    @abstractmethod
    def value(self, scores: Floats, label: int, memory: Arrays) -> float:
        """Return what the pulses of this trial are multiplied by.

        Args:
            scores: the readout's, (class,).
            label: the right class.
            memory: as `start` returned it; changed in place.
        """


def is_right(scores: Floats, label: int) -> bool:
    """Return whether the right class has the highest score, and has it alone."""
    others = np.delete(scores, label)
    return not len(others) or bool(scores[label] > others.max())
