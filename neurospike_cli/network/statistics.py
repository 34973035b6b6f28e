"""What a drawn topology looks like in numbers: connections, degrees, delays, signs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.network.recurrent_pairs import RecurrentPairs
from neurospike_cli.network.topology import Layer, Topology

Statistics = dict[str, Any]


def topology_statistics(topology: Topology) -> dict[str, Statistics]:
    """Return the numbers of every layer by its name; a layer has only those that say something."""
    return {layer.name: _of_layer(layer, topology.dt) for layer in topology.layers}


def _of_layer(layer: Layer, dt: float) -> Statistics:
    numbers: Statistics = {}
    if layer.delays is not None:
        numbers["delay_ms"] = _spread(layer.delays, dt)
    elif layer.delay:
        numbers["delay_ms"] = _spread(np.array([layer.delay]), dt)
    if layer.recurrent is not None:
        numbers["recurrent"] = _of_pairs(layer.recurrent, dt)
    if layer.excitatory is not None:
        numbers["excitatory"] = layer.excitatory
        numbers["inhibitory"] = layer.size - layer.excitatory
    if layer.inhibition is not None:
        numbers["inhibition"] = {
            "strength_mv": layer.inhibition.strength,
            "delay_ms": layer.inhibition.delay * dt,
        }
    return numbers


def _of_pairs(pairs: RecurrentPairs, dt: float) -> Statistics:
    count = len(pairs.indices)
    numbers: Statistics = {
        "connections": count,
        "probability": count / pairs.possible if pairs.possible else 0.0,
        "in_degree": _spread(pairs.fan_in),
        "out_degree": _spread(pairs.fan_out),
    }
    if count and pairs.delays.any():
        there = pairs.per_delay > 0
        numbers["delay_ms"] = _spread(pairs.delays[there], dt, pairs.per_delay[there])
    return numbers


def _spread(
    values: NDArray[np.integer], unit: float = 1.0, weights: NDArray[np.int64] | None = None
) -> Statistics:
    """Return smallest, mean and largest value in a unit, each counted as often as `weights` says.

    Whole numbers stay whole in a unit of 1.
    """
    low, high = values.min().item() * unit, values.max().item() * unit
    mean = float(np.average(values, weights=weights)) * unit
    # 3 steps of 0.1 ms are 0.3 ms, not 0.30000000000000004 ms.
    return {"min": round(low, 9), "mean": round(mean, 9), "max": round(high, 9)}
