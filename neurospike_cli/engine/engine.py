"""What the two engines have in common: the same inputs, the same outputs, the same bits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.plasticity import Memory, Plan
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer, Topology
from neurospike_cli.neurons.neuron_model import Floats, NeuronModel, SlopeLaw

Weights = Mapping[str, Floats]


class SpikeDerivative(Protocol):
    """What backpropagation takes for the derivative of a spike."""

    @property
    def bounded(self) -> bool:
        """Whether it is 0 far from the threshold."""

    def law(self, unit: float) -> SlopeLaw:
        """Return the derivative for overshoots in the unit of `unit`, the threshold distance."""


@dataclass(frozen=True)
class Gradient:
    """d loss / d weight, of all rows of a weight array or only of those that can be non-zero.

    Attributes:
        values: one row for each of `rows`, per mV.
        rows: the presynaptic channels that fired, ascending; None where `values` holds all rows.
    """

    values: Floats
    rows: NDArray[np.int64] | None = None

    def dense(self, shape: tuple[int, ...]) -> Floats:
        """Return the gradient of the whole array."""
        if self.rows is None:
            return self.values.reshape(shape)
        full = np.zeros(shape, dtype=self.values.dtype)
        full[self.rows] = self.values
        return full


@dataclass(frozen=True)
class BatchSize:
    """How large a batch is, for predictions of memory.

    Attributes:
        samples, steps: its extent.
        events: stored entries of the input.
        dt: width of a step, in ms.
        rate: mean firing rate of the layers, in Hz.
        dtype: of weights and states.
    """

    samples: int
    steps: int
    events: int
    dt: float
    rate: float
    dtype: np.dtype[np.floating]

    @property
    def rows(self) -> int:
        """Steps of all samples."""
        return self.samples * self.steps

    def spikes(self, neurons: int) -> int:
        """Return how many spikes a layer of `neurons` fires in all samples."""
        return round(self.rows * neurons * min(1.0, 1e-3 * self.rate * self.dt))

    def numbers(self, count: int) -> int:
        """Return the bytes of `count` weights or states."""
        return count * self.dtype.itemsize


@dataclass(frozen=True)
class Needs:
    """Bytes by what they hold; names of what does not grow with the batch end in `weights`.

    Attributes:
        kept: lies in the workspace, where arrays of one name share memory.
        passing: is let go of at the end of the batch.
    """

    kept: Mapping[str, int] = field(default_factory=dict)
    passing: Mapping[str, int] = field(default_factory=dict)

    def __or__(self, other: Needs) -> Needs:
        """Return what both need, of each name the larger."""
        return Needs(_larger(self.kept, other.kept), _larger(self.passing, other.passing))


def _larger(left: Mapping[str, int], right: Mapping[str, int]) -> Mapping[str, int]:
    return {**left, **{name: max(size, left.get(name, 0)) for name, size in right.items()}}


@dataclass(frozen=True)
class ForwardPass(ABC):
    """A batch through the network; what was recorded lasts until the engine's next run.

    Attributes:
        scores: the readout's, (sample, class).
        batch: the input.
    """

    scores: Floats
    batch: SpikeTrain

    @abstractmethod
    def spikes(self, layer: int) -> SpikeTrain:
        """Return the spikes of a layer, by its index."""


@dataclass(frozen=True)
class Response:
    """What neurons did that were driven by given currents.

    Attributes:
        states: each state variable before the reset, (step, sample, neuron).
        spikes: which neurons fired.
    """

    states: tuple[Floats, ...]
    spikes: SpikeTrain


class Engine(ABC):
    """Runs networks; it has no state of its own."""

    name: ClassVar[str]

    @abstractmethod
    def forward(
        self,
        topology: Topology,
        weights: Weights,
        batch: SpikeTrain,
        workspace: Workspace,
        detach_reset: bool | None = None,
    ) -> ForwardPass:
        """Run a batch through all layers.

        Args:
            topology, weights: the network.
            batch: its input.
            workspace: memory for what is recorded.
            detach_reset: as `backward` will be called with; None where it will not be called, so
                that nothing is kept for it.
        """

    def telling(self, say: Callable[[str], None], what: str) -> AbstractContextManager[None]:
        """Say once, while in the context, that something takes its time before it can run.

        Args:
            say: takes a line.
            what: for which models and numbers.
        """
        return nullcontext()

    @abstractmethod
    def code_bytes(self, topology: Topology) -> int:
        """Return what the first run adds to the process beside arrays: compiled code, buffers."""

    @abstractmethod
    def forward_bytes(
        self, topology: Topology, batch: BatchSize, detach_reset: bool | None = None
    ) -> Needs:
        """Return what `forward` allocates for a batch of this size."""

    @abstractmethod
    def backward_bytes(
        self, topology: Topology, batch: BatchSize, bounded: bool, trained: frozenset[str]
    ) -> Needs:
        """Return what `backward` allocates beside that; `bounded` is the surrogate's."""

    @abstractmethod
    def run_layer(
        self, layer: Layer, weights: Weights, spikes: SpikeTrain, workspace: Workspace
    ) -> SpikeTrain:
        """Return the spikes of one layer."""

    @abstractmethod
    def learn_layer(
        self,
        layer: Layer,
        weights: Weights,
        spikes: SpikeTrain,
        plan: Plan,
        changed: Floats,
        memory: Memory,
        workspace: Workspace,
        given: Floats | None = None,
    ) -> SpikeTrain:
        """Return the spikes of a layer that learns from each of them, sample after sample.

        Args:
            layer, weights: the layer; its thresholds change in place.
            spikes: of the layer before.
            plan: how it learns.
            changed: what learns, in place: the layer's input weights, or an array like them.
            memory: what it carries from sample to sample; changed in place.
            workspace: memory for its spikes.
            given: current beside the weights' sums, in mV, (sample, step, neuron).
        """

    @abstractmethod
    def learn_pairs(
        self, layer: Layer, spikes: SpikeTrain, fired: SpikeTrain, plan: Plan, changed: Floats
    ) -> None:
        """Let synapses learn from spikes that are known, as `learn_layer` does while it runs.

        Args:
            layer: where the synapses arrive.
            spikes: of the layer before.
            fired: of the layer.
            plan: how they learn; what follows a sample is left out.
            changed: what learns, in place, (presynaptic, postsynaptic).
        """

    @abstractmethod
    def backward(
        self,
        topology: Topology,
        weights: Weights,
        run: ForwardPass,
        score_gradient: Floats,
        surrogate: SpikeDerivative,
        detach_reset: bool,
        trained: frozenset[str],
        workspace: Workspace,
    ) -> dict[str, Gradient]:
        """Return d loss / d weight for the arrays in `trained`, by backpropagation through time.

        Args:
            topology, weights: the network that ran.
            run: its forward pass; what it recorded is used up.
            score_gradient: d loss / d score, (sample, class).
            surrogate: the spike's derivative.
            detach_reset: treat the reset as a constant.
            trained: names of the weight arrays to return.
            workspace: memory for the gradients of the layers' spikes.
        """

    @abstractmethod
    def simulate(self, neuron: NeuronModel, current: Floats, dt: float) -> Response:
        """Run neurons from their initial state, driven by `current` in place of spikes.

        Args:
            neuron: the model.
            current: sum of the weights that arrive in each step, in mV, (step, sample, neuron).
            dt: width of a step, in ms.
        """

    @abstractmethod
    def descend(
        self,
        law: DescentLaw,
        weight: Floats,
        gradient: Gradient,
        moments: Sequence[Floats],
        live: Floats,
    ) -> None:
        """Change a weight array and its moments in place, element by element.

        Args:
            law: the optimiser's equations for this step.
            weight: in mV.
            gradient: of all or some rows; the others' is 0.
            moments: arrays like `weight`.
            live: 1 for rows that ever had a gradient, else 0; kept up to date.
        """


class DescentLaw(Protocol):
    """An optimiser's equations for one step, element by element."""

    def change(
        self, weight: Floats, gradient: Floats, moments: tuple[Floats, ...]
    ) -> tuple[Floats, tuple[Floats, ...]]:
        """Return the weight and the moments after the step."""
