"""The network as the engine sees it: layers with sizes, and which recurrent pairs exist."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.dale import Signs, signs_of_inputs, signs_of_pairs
from neurospike_cli.network.lateral_inhibition import LateralInhibition
from neurospike_cli.network.layers import AdaptiveThreshold, NetworkParameters, SpikingLayer
from neurospike_cli.network.readouts.readout import Readout
from neurospike_cli.network.recurrent_pairs import RecurrentPairs, delayed, draw_pairs
from neurospike_cli.network.uniform_weights import UniformWeights
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
        winners: how many neurons fire in a step at most; None for no limit.
        adaptive_threshold: of a part of the thresholds that training moves; None for none.
        first_weights: of the weights from the layer before; None where initialization says it.
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
    winners: int | None = None
    adaptive_threshold: AdaptiveThreshold | None = None
    first_weights: UniformWeights | None = None

    @property
    def weight(self) -> str:
        """Name of the (inputs, size) weight matrix."""
        return f"{self.name}.weight"

    @property
    def recurrent_weight(self) -> str:
        """Name of the recurrent weights, one per existing pair."""
        return f"{self.name}.recurrent"

    @property
    def theta(self) -> str:
        """Name of what training adds to the thresholds, (size,), float64."""
        return f"{self.name}.theta"

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
    """Layers in the order of the signal, the one that is read last; delays are in steps of `dt` ms.

    `outputs` is the number of classes.
    """

    input_size: int
    layers: tuple[Layer, ...]
    readout: Readout
    outputs: int
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
        """Shape of every array of connections by name."""
        shapes: dict[str, tuple[int, ...]] = {}
        for layer in self.layers:
            shapes[layer.weight] = (layer.inputs, layer.size)
            if layer.recurrent is not None:
                shapes[layer.recurrent_weight] = (len(layer.recurrent.indices),)
        return shapes

    @property
    def learned_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of every array that is learned beside connections: thresholds, labels."""
        moving = [layer for layer in self.layers if layer.adaptive_threshold is not None]
        shapes: dict[str, tuple[int, ...]] = {layer.theta: (layer.size,) for layer in moving}
        return shapes | self.readout.shapes(self.layers[-1].size, self.outputs)

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

    def highest_trained(self, trained: frozenset[str]) -> int:
        """Return the index of the highest layer with input weights in `trained`; -1 for none."""
        learns = (i for i, layer in enumerate(self.layers) if layer.weight in trained)
        return max(learns, default=-1)

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
    layers.extend(output_layers(network.readout, inputs, outputs, dt))
    return Topology(layers[0].inputs, tuple(layers), network.readout, outputs, dt)


def output_layers(
    readout: Readout, inputs: int, outputs: int, dt: float = 1.0
) -> tuple[Layer, ...]:
    """Return the output layer, or nothing where the readout has none of its own."""
    if readout.output_neuron is None:
        return ()
    layer = Layer(
        "output",
        inputs,
        outputs,
        readout.output_neuron,
        inhibition=_inhibition(readout.output_inhibition, dt),
        winners=readout.output_winners,
        first_weights=readout.output_weights,
    )
    return (layer,)


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
        inhibition=_inhibition(spec.inhibition, dt),
        excitatory=None if spec.dale is None else spec.dale.count(spec.size),
        winners=spec.winners,
        adaptive_threshold=spec.adaptive_threshold,
        first_weights=spec.initial_weights,
    )


def _inhibition(chosen: LateralInhibition | None, dt: float) -> Inhibition | None:
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
