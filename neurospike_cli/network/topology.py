"""The network as the engine sees it: layers with sizes, and which recurrent pairs exist."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.dale import Signs, signs_of_inputs, signs_of_pairs
from neurospike_cli.network.layers import NetworkParameters, SpikingLayer
from neurospike_cli.network.readouts.readout import Readout
from neurospike_cli.network.recurrent_pairs import RecurrentPairs, delayed, draw_pairs
from neurospike_cli.neurons.neuron_model import NeuronModel
from neurospike_cli.rng import Purpose, stream


@dataclass(frozen=True)
class Inhibition:
    """What every spike takes from all other neurons of its layer.

    With n spikes in step k, `strength` n is taken from the current of each neuron in step
    k + 1 + delay, and `strength` (n - 1) from those that were among the n.

    Attributes:
        strength: in mV.
        delay: in steps.
    """

    strength: float
    delay: int


@dataclass(frozen=True)
class Layer:
    """One layer: its neurons and what arrives at them.

    Attributes:
        name: ``hidden.0`` … ``output``.
        inputs: neurons of the layer before.
        size, neuron: its own.
        recurrent: connections to itself.
        delay: steps that spikes of the layer before take.
        delays: the same for each connection, (inputs, size); None where all take `delay`.
        inhibition: of its neurons among each other.
        excitatory: how many of its neurons, the first ones, only excite, while the others only
            inhibit; None where they may do both.
    """

    name: str
    inputs: int
    size: int
    neuron: NeuronModel
    recurrent: RecurrentPairs | None = None
    delay: int = 0
    delays: NDArray[np.int32] | None = None
    inhibition: Inhibition | None = None
    excitatory: int | None = None

    @property
    def weight(self) -> str:
        """Name of the (inputs, size) weight matrix."""
        return f"{self.name}.weight"

    @property
    def recurrent_weight(self) -> str:
        """Name of the recurrent weights, one per existing pair."""
        return f"{self.name}.recurrent"

    @property
    def has_delays(self) -> bool:
        """Whether anything that arrives at the layer is delayed."""
        late = self.recurrent is not None and bool(self.recurrent.delays.any())
        lowered_late = self.inhibition is not None and self.inhibition.delay > 0
        return late or lowered_late or self.delay > 0 or self.delays is not None

    @property
    def connections(self) -> int:
        """How many connections arrive at the layer."""
        return self.inputs * self.size + (
            0 if self.recurrent is None else len(self.recurrent.indices)
        )


@dataclass(frozen=True)
class Topology:
    """Layers in the order of the signal, the output layer last; delays are in steps of `dt` ms."""

    input_size: int
    layers: tuple[Layer, ...]
    readout: Readout
    dt: float = 1.0

    @property
    def neurons(self) -> int:
        """Neurons in all layers; input channels are none."""
        return sum(layer.size for layer in self.layers)

    @property
    def connections(self) -> int:
        """Connections in the whole network."""
        return sum(layer.connections for layer in self.layers)

    @property
    def has_delays(self) -> bool:
        """Whether the network's meaning depends on `dt` being that of its input."""
        return any(layer.has_delays for layer in self.layers)

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
    def owners(self) -> dict[str, Layer]:
        """The layer that each weight array arrives at, by its name."""
        owners = {n: layer for layer in self.layers for n in (layer.weight, layer.recurrent_weight)}
        return {name: owners[name] for name in self.shapes}

    @property
    def scales(self) -> dict[str, float]:
        """Threshold distance in mV of the layer that each weight array arrives at."""
        return {name: layer.neuron.threshold_distance for name, layer in self.owners.items()}

    @property
    def signs(self) -> dict[str, Signs]:
        """The signs of the weight arrays that leave layers which follow Dale's law, by name."""
        signs: dict[str, Signs] = {}
        for layer, following in pairwise(self.layers):
            if layer.excitatory is None:
                continue
            signs[following.weight] = signs_of_inputs(layer.excitatory, layer.size)
            if layer.recurrent is not None:
                signs[layer.recurrent_weight] = signs_of_pairs(layer.excitatory, layer.recurrent)
        return signs

    def lowest_trained(self, trained: frozenset[str]) -> int:
        """Return the index of the lowest layer with a weight array in `trained`; 0 for none."""
        learns = (
            i
            for i, layer in enumerate(self.layers)
            if {layer.weight, layer.recurrent_weight} & trained
        )
        return min(learns, default=0)


def build_topology(
    network: NetworkParameters, inputs: int, outputs: int, seed: int, dt: float = 1.0
) -> Topology:
    """Return the topology of `network` between `inputs` channels and `outputs` classes.

    Args:
        network: the parameters.
        inputs: number of input channels.
        outputs: number of output neurons.
        seed: draws recurrent pairs and delays, one stream each a layer.
        dt: width of a step, in ms, in which delays are counted.
    """
    layers: list[Layer] = []
    for i, spec in enumerate(network.hidden):
        layers.append(_hidden_layer(spec, i, inputs, seed, dt))
        inputs = spec.size
    layers.append(Layer("output", inputs, outputs, network.readout.neuron))
    return Topology(layers[0].inputs, tuple(layers), network.readout, dt)


def _hidden_layer(spec: SpikingLayer, i: int, inputs: int, seed: int, dt: float) -> Layer:
    low, high = spec.delay.steps(dt)
    delays = None
    if low < high:
        rng = stream(seed, Purpose.DELAYS, i)
        delays = spec.delay.draw(inputs * spec.size, dt, rng).reshape(inputs, spec.size)
    return Layer(
        f"hidden.{i}",
        inputs,
        spec.size,
        spec.neuron,
        recurrent=_pairs(spec, i, seed, dt),
        delay=low,
        delays=delays,
        inhibition=_inhibition(spec, dt),
        excitatory=None if spec.dale is None else spec.dale.count(spec.size),
    )


def _inhibition(spec: SpikingLayer, dt: float) -> Inhibition | None:
    chosen = spec.inhibition
    return None if chosen is None else Inhibition(chosen.strength, round(chosen.delay / dt))


def _pairs(spec: SpikingLayer, i: int, seed: int, dt: float) -> RecurrentPairs | None:
    """Draw the recurrent pairs of hidden layer i, if it has any."""
    recurrence = spec.recurrent
    if recurrence is None:
        return None
    pairs = draw_pairs(
        spec.size,
        recurrence.probability,
        recurrence.self_connections,
        stream(seed, Purpose.TOPOLOGY, i),
    )
    return delayed(pairs, recurrence.delay, dt, stream(seed, Purpose.RECURRENT_DELAYS, i))
