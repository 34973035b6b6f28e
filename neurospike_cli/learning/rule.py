"""What a training phase needs from a learning rule."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, Strict

from neurospike_cli.engine.engine import BatchSize, Engine, Needs
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.losses.cross_entropy import CrossEntropy
from neurospike_cli.learning.losses.loss import Loss
from neurospike_cli.network.layers import NetworkParameters
from neurospike_cli.network.topology import Topology
from neurospike_cli.registry import Component

Arrays = dict[str, NDArray[np.floating]]


@dataclass(frozen=True)
class BatchResult:
    """Sums over one batch: loss, right answers, samples; the first two count as the rule says."""

    loss: float
    correct: int
    samples: int


class LearningRule(Component):
    """One phase of training: the rule, the layers it changes and for how many epochs.

    Attributes:
        scores_training: whether `update` measures loss and right answers.
        trains_recurrent: whether it changes the weights of layers to themselves.
        size_keys: which parameters say how many samples `update` is given.
    """

    discriminator: ClassVar[str] = "rule"
    scores_training: ClassVar[bool] = True
    trains_recurrent: ClassVar[bool] = True
    size_keys: ClassVar[tuple[str, ...]] = ()

    layers: Annotated[tuple[int, ...], Strict(False)] | None = None
    """Indices of the layers that learn, 0 the first hidden one; without it, all."""
    epochs: int = Field(default=10, ge=1, le=100_000)
    """Passes over the training split."""
    early_stopping: int | None = Field(default=None, ge=1)
    """Epochs without a better validation result after which the phase ends; without it, never."""

    @property
    @abstractmethod
    def samples_per_update(self) -> int:
        """How many samples `update` is given."""

    @property
    def validation_loss(self) -> Loss:
        """The loss that validation reports."""
        return CrossEntropy()

    def trained(self, topology: Topology) -> frozenset[str]:
        """Return the names of the weight arrays that this phase changes."""
        layers = topology.layers
        chosen = range(len(layers)) if self.layers is None else self.layers
        names = {n for i in chosen for n in (layers[i].weight, layers[i].recurrent_weight)}
        return frozenset(names & set(topology.shapes))

    def checks(
        self, network: NetworkParameters, inputs: int | None, classes: int | None
    ) -> Iterator[tuple[str, str]]:
        """Yield what this phase cannot do with a network, as (dotted key in the phase, message).

        Args:
            network: its parameters; layers that do not exist are looked for elsewhere.
            inputs: its input channels, if they are known.
            classes: how many there are, if it is known.
        """
        yield from ()

    def network_checks(self, network: NetworkParameters) -> Iterator[tuple[str, str]]:
        """Yield what must change in a network for this phase, as (dotted key in it, message).

        Args:
            network: its parameters; layers that do not exist are looked for elsewhere.
        """
        yield from ()

    def findings(self, network: NeuroSpikeNetwork, state: Arrays) -> tuple[str, ...]:
        """Return what is unusual after an epoch, a line each."""
        return ()

    @abstractmethod
    def bytes_needed(self, engine: Engine, topology: Topology, batch: BatchSize) -> Needs:
        """Return what `start` and `update` allocate for batches of this size."""

    @abstractmethod
    def start(self, network: NeuroSpikeNetwork) -> Arrays:
        """Return the rule's state before the first batch."""

    @abstractmethod
    def update(
        self,
        network: NeuroSpikeNetwork,
        batch: SpikeTrain,
        labels: NDArray[np.int64],
        state: Arrays,
        done: float = 0.0,
    ) -> BatchResult:
        """Change the network's weights and `state` in place by one batch.

        A rule that changes weights ends with `network.keep_signs()`.

        Args:
            network: what learns.
            batch, labels: the samples.
            state: as `start` returned it.
            done: share of the phase that lies behind, in [0, 1).
        """
