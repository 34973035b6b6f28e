"""The network as the engine sees it: layers with sizes, and which recurrent pairs exist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.layers import NetworkParameters, Recurrence
from neurospike_cli.network.readouts.readout import Readout
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.rng import Purpose, stream


@dataclass(frozen=True)
class RecurrentPairs:
    """Which neurons of a layer connect to which, as compressed sparse rows.

    Attributes:
        indptr: where each presynaptic neuron's targets begin, (size + 1,).
        indices: postsynaptic neurons, ascending within a row.
    """

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]

    @property
    def presynaptic(self) -> NDArray[np.int32]:
        """The presynaptic neuron of every connection, beside `indices`."""
        rows = np.arange(len(self.indptr) - 1, dtype=np.int32)
        return np.repeat(rows, np.diff(self.indptr))


#: Makes the pairs of a layer from its size, its parameters and a random stream.
PairDraw = Callable[[int, Recurrence, np.random.Generator], RecurrentPairs]


@dataclass(frozen=True)
class Layer:
    """One layer: its name (``hidden.0`` … ``output``), inputs, neurons and recurrent pairs."""

    name: str
    inputs: int
    size: int
    neuron: NeuronModel
    recurrent: RecurrentPairs | None = None

    @property
    def weight(self) -> str:
        """Name of the (inputs, size) weight matrix."""
        return f"{self.name}.weight"

    @property
    def recurrent_weight(self) -> str:
        """Name of the recurrent weights, one per existing pair."""
        return f"{self.name}.recurrent"

    @property
    def connections(self) -> int:
        """How many connections arrive at the layer."""
        return self.inputs * self.size + (
            0 if self.recurrent is None else len(self.recurrent.indices)
        )


@dataclass(frozen=True)
class Topology:
    """Layers in the order of the signal, the output layer last."""

    input_size: int
    layers: tuple[Layer, ...]
    readout: Readout

    @property
    def neurons(self) -> int:
        """Neurons in all layers; input channels are none."""
        return sum(layer.size for layer in self.layers)

    @property
    def connections(self) -> int:
        """Connections in the whole network."""
        return sum(layer.connections for layer in self.layers)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of every weight array by name."""
        shapes: dict[str, tuple[int, ...]] = {}
        for layer in self.layers:
            shapes[layer.weight] = (layer.inputs, layer.size)
            if layer.recurrent is not None:
                shapes[layer.recurrent_weight] = (len(layer.recurrent.indices),)
        return shapes

    @property
    def scales(self) -> dict[str, float]:
        """Threshold distance in mV of the layer that each weight array arrives at."""
        owners = {n: layer for layer in self.layers for n in (layer.weight, layer.recurrent_weight)}
        return {name: owners[name].neuron.threshold_distance for name in self.shapes}

    def lowest_trained(self, trained: frozenset[str]) -> int:
        """Return the index of the lowest layer with a weight array in `trained`; 0 for none."""
        learns = (
            i
            for i, layer in enumerate(self.layers)
            if {layer.weight, layer.recurrent_weight} & trained
        )
        return min(learns, default=0)


def build_topology(
    network: NetworkParameters,
    inputs: int,
    outputs: int,
    seed: int,
    draw: PairDraw | None = None,
) -> Topology:
    """Return the topology of `network` between `inputs` channels and `outputs` classes.

    Args:
        network: the parameters.
        inputs: number of input channels.
        outputs: number of output neurons.
        seed: draws the recurrent pairs, one stream a layer.
        draw: makes the recurrent pairs of a layer; `draw_pairs` where absent.
    """
    draw = draw_pairs if draw is None else draw
    layers: list[Layer] = []
    for i, spec in enumerate(network.hidden):
        pairs = None
        if spec.recurrent is not None:
            pairs = draw(spec.size, spec.recurrent, stream(seed, Purpose.TOPOLOGY, i))
        layers.append(Layer(f"hidden.{i}", inputs, spec.size, spec.neuron, pairs))
        inputs = spec.size
    layers.append(Layer("output", inputs, outputs, network.readout.neuron))
    return Topology(layers[0].inputs, tuple(layers), network.readout)


def draw_pairs(size: int, recurrence: Recurrence, rng: np.random.Generator) -> RecurrentPairs:
    """Draw each possible pair with the given probability, row by row so that memory stays flat."""
    rows = []
    for pre in range(size):
        chosen = rng.random(size) < recurrence.probability
        chosen[pre] &= recurrence.self_connections
        rows.append(np.flatnonzero(chosen).astype(np.int32))
    counts = np.array([len(row) for row in rows])
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return RecurrentPairs(indptr, np.concatenate(rows))


def expected_pairs(size: int, recurrence: Recurrence, rng: np.random.Generator) -> RecurrentPairs:
    """Return as many pairs as are to be expected, without memory for them: to predict sizes."""
    targets = size if recurrence.self_connections else size - 1
    pairs, nowhere = round(size * targets * recurrence.probability), np.int32(0)
    return RecurrentPairs(np.broadcast_to(nowhere, size + 1), np.broadcast_to(nowhere, pairs))
