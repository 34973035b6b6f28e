"""What a rule needs to know of the rewards of a trial."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.layers import NetworkParameters
from neurospike_cli.neurons.neuron_model import Floats
from neurospike_cli.registry import Component

Arrays = dict[str, NDArray[np.floating]]


@dataclass(frozen=True)
class Trial:
    """What a network did in one sample.

    Attributes:
        label: the right class.
        scores: the readout's, (class,).
        spikes: of the input, then of every layer, one sample each.
        rng: for what is random about its rewards.
    """

    label: int
    scores: Floats
    spikes: tuple[SpikeTrain, ...]
    rng: np.random.Generator

    @property
    def duration(self) -> float:
        """Its length, in ms."""
        return self.spikes[0].duration

    @property
    def is_right(self) -> bool:
        """Whether the right class has the highest score, and has it alone."""
        others = np.delete(self.scores, self.label)
        return not len(others) or bool(self.scores[self.label] > others.max())


class Reward(Component):
    """What is given for a trial."""

    discriminator: ClassVar[str] = "type"
    default_name: ClassVar[str | None] = "correctness"

    def checks(
        self, network: NetworkParameters, inputs: int | None, classes: int | None
    ) -> Iterator[tuple[str, str]]:
        """Yield what does not fit the network or the data, as (key, message).

        Args:
            network: its parameters.
            inputs: its input channels, if they are known.
            classes: how many there are, if it is known.
        """
        yield from ()

    def start(self, outputs: int) -> Arrays:
        """Return what is remembered from trial to trial, by name."""
        return {}

    @abstractmethod
    def pulses(self, trial: Trial, memory: Arrays) -> tuple[tuple[float, float], ...]:
        """Return the rewards of a trial, as (time in ms from its start, value).

        Args:
            trial: what was done.
            memory: as `start` returned it; changed in place.
        """
