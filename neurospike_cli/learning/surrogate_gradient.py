"""Surrogate-gradient backpropagation through time (Neftci, Mostafa & Zenke 2019).

Each batch runs forward, the loss of the readout's scores is taken, and its gradient goes back
through all steps with the spike's derivative replaced by a surrogate; the loss is the mean over
the batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from neurospike_cli.engine.engine import BatchSize, Engine, Needs
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.losses.cross_entropy import CrossEntropy
from neurospike_cli.learning.losses.loss import Loss
from neurospike_cli.learning.optimizers.adam import Adam
from neurospike_cli.learning.optimizers.optimizer import Optimizer
from neurospike_cli.learning.rate_schedules.constant import Constant
from neurospike_cli.learning.rate_schedules.rate_schedule import RateSchedule
from neurospike_cli.learning.rule import Arrays, BatchResult, LearningRule
from neurospike_cli.learning.surrogates.fast_sigmoid import FastSigmoid
from neurospike_cli.learning.surrogates.surrogate import Surrogate
from neurospike_cli.network.layers import NetworkParameters
from neurospike_cli.network.topology import Topology
from neurospike_cli.registry import OneOf


class SurrogateGradient(LearningRule):
    """Gradient descent on the readout's loss."""

    rule: Literal["surrogate_gradient"] = "surrogate_gradient"
    size_keys: ClassVar[tuple[str, ...]] = ("batch_size",)
    batch_size: int = Field(default=32, ge=1, le=65_536)
    """Samples per weight update."""
    optimizer: Annotated[Optimizer, OneOf()] = Adam()
    """From gradients to weight changes."""
    loss: Annotated[Loss, OneOf()] = CrossEntropy()
    """What is made small."""
    surrogate: Annotated[Surrogate, OneOf()] = FastSigmoid()
    """The derivative of a spike."""
    detach_reset: bool = True
    """Treat the reset as a constant in the gradient."""
    rate_schedule: Annotated[RateSchedule, OneOf()] = Constant()
    """How the learning rate changes over the phase."""

    @property
    def samples_per_update(self) -> int:
        """How many samples `update` is given."""
        return self.batch_size

    @property
    def validation_loss(self) -> Loss:
        """The loss that is trained."""
        return self.loss

    def checks(
        self, network: NetworkParameters, inputs: int | None, classes: int | None
    ) -> Iterator[tuple[str, str]]:
        """Yield where a gradient would have to pass through a competition, which has none."""
        lowest = min(self.layers or (0,))
        winners = [*(layer.winners for layer in network.hidden), network.readout.output_winners]
        for i, limit in enumerate(winners):
            if limit is not None and i >= lowest:
                yield (
                    "layers",
                    f"layer {i} has winners, through which no gradient passes: train layers above "
                    f"it only, {i + 1} and up",
                )

    def bytes_needed(self, engine: Engine, topology: Topology, batch: BatchSize) -> Needs:
        """Return what `start` and `update` allocate for batches of this size."""
        trained = self.trained(topology)
        shapes = [topology.shapes[name] for name in trained]
        moments = batch.numbers(self.optimizer.state_size(shapes))
        forward = engine.forward_bytes(topology, batch, self.detach_reset)
        backward = engine.backward_bytes(topology, batch, self.surrogate.bounded, trained)
        return Needs(kept={"moments of weights": moments}) | forward | backward

    def start(self, network: NeuroSpikeNetwork) -> Arrays:
        """Return the optimiser's state before the first batch."""
        trained = self.trained(network.topology)
        return self.optimizer.start({n: w for n, w in network.weights.items() if n in trained})

    def update(
        self,
        network: NeuroSpikeNetwork,
        batch: SpikeTrain,
        labels: NDArray[np.int64],
        state: Arrays,
        done: float = 0.0,
    ) -> BatchResult:
        """Change the network's weights and `state` in place by one batch."""
        run = network.run(batch, self.detach_reset)
        loss, gradient = self.loss.evaluate(run.scores, labels)
        gradients = network.engine.backward(
            network.topology,
            network.weights,
            run,
            gradient / len(labels),
            self.surrogate,
            self.detach_reset,
            self.trained(network.topology),
            network.workspace,
        )
        scales = network.topology.scales
        factor = self.rate_schedule.factor(done)
        self.optimizer.step(network.engine, network.weights, gradients, scales, state, factor)
        network.keep_signs()
        return BatchResult(loss, int((run.scores.argmax(axis=1) == labels).sum()), len(labels))
