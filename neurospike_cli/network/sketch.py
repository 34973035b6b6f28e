"""A topology's extent without its arrays: what memory is predicted from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.layers import NetworkParameters, SpikingLayer
from neurospike_cli.network.recurrent_pairs import RecurrentPairs
from neurospike_cli.network.topology import Layer, Topology, output_layers


def sketch_topology(
    network: NetworkParameters, inputs: int, outputs: int, dt: float = 1.0
) -> Topology:
    """Return the topology with as many connections as are to be expected, drawing none.

    Its pairs and delays are one number each, seen as often as needed: they take no memory.

    Args:
        network: the parameters.
        inputs: number of input channels.
        outputs: number of output neurons.
        dt: width of a step, in ms.
    """
    layers, sizes = [], [inputs, *(spec.size for spec in network.hidden)]
    for i, spec in enumerate(network.hidden):
        low, high = spec.delay.steps(dt)
        delays = _many(sizes[i], spec.size) if low < high else None
        name, pairs = f"hidden.{i}", _pairs(spec, dt)
        layers.append(
            Layer(
                name,
                sizes[i],
                spec.size,
                spec.neuron,
                pairs,
                low,
                delays,
                adaptive_threshold=spec.adaptive_threshold,
            )
        )
    layers.extend(output_layers(network.readout, sizes[-1], outputs))
    return Topology(inputs, tuple(layers), network.readout, outputs, dt)


def array_bytes(topology: Topology) -> int:
    """Return what pairs and delays take where they are drawn."""
    delays = sum(layer.delays.nbytes for layer in topology.layers if layer.delays is not None)
    drawn = [layer.recurrent for layer in topology.layers if layer.recurrent is not None]
    return delays + sum(pairs.indptr.nbytes + pairs.indices.nbytes for pairs in drawn)


def _pairs(spec: SpikingLayer, dt: float) -> RecurrentPairs | None:
    if spec.recurrent is None:
        return None
    low, high = spec.recurrent.delay.steps(dt)
    possible = spec.size * (spec.size - (not spec.recurrent.self_connections))
    return RecurrentPairs(
        size=spec.size,
        indptr=_many((high - low + 1) * spec.size + 1),
        indices=_many(round(possible * spec.recurrent.probability)),
        delays=np.arange(high, low - 1, -1, dtype=np.int32),
        possible=possible,
    )


def _many(*shape: int) -> NDArray[np.int32]:
    return np.broadcast_to(np.int32(0), shape)
