"""Scaling of fresh weights, layer by layer, until a first batch makes every layer fire."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine import numpy_engine
from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.network.topology import Layer, Topology

Arrays = dict[str, NDArray[np.floating]]

#: Gains tried lie between these; each halving of the interval doubles the precision.
GAIN_RANGE = (1e-3, 1e4)
HALVINGS = 16


def calibrate(
    topology: Topology,
    weights: Arrays,
    spikes: sparse.SpikeMatrix,
    samples: int,
    dt: float,
    target_rate: float,
    workspace: Workspace,
) -> dict[str, float]:
    """Scale `weights` in place and return each layer's mean firing rate in Hz.

    The gain of a layer is found by bisection in its logarithm; the layer's own spikes then drive
    the next. A layer without any input keeps its draw and is reported with a rate of 0.

    Args:
        topology: the network.
        weights: fresh weights, in mV; changed in place.
        spikes: input of the batch, rows (step, sample).
        samples: size of the batch.
        dt: step in ms.
        target_rate: wanted mean firing rate of each layer, in Hz.
        workspace: memory for the layers' states.
    """
    rates: dict[str, float] = {}
    for layer in topology.layers:
        names = [n for n in (layer.weight, layer.recurrent_weight) if n in weights]
        if spikes.nnz:
            gain = _find_gain(layer, weights, spikes, samples, dt, target_rate, workspace)
            for name in names:
                weights[name] *= weights[name].dtype.type(gain)
        record = numpy_engine.run_layer(layer, weights, spikes, samples, dt, workspace)
        rates[layer.name] = _rate(record, dt)
        spikes = sparse.spike_matrix(record.fired, samples, layer.size, record.state.dtype)
    return rates


def _find_gain(
    layer: Layer,
    weights: Arrays,
    spikes: sparse.SpikeMatrix,
    samples: int,
    dt: float,
    target: float,
    workspace: Workspace,
) -> float:
    low, high = np.log(GAIN_RANGE)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        scaled = {
            name: weights[name] * weights[name].dtype.type(np.exp(middle))
            for name in (layer.weight, layer.recurrent_weight)
            if name in weights
        }
        record = numpy_engine.run_layer(layer, scaled, spikes, samples, dt, workspace)
        if _rate(record, dt) < target:
            low = middle
        else:
            high = middle
    return float(np.exp(high))


def _rate(record: numpy_engine.LayerRecord, dt: float) -> float:
    """Mean firing rate in Hz."""
    spikes = sum(len(fired) for fired in record.fired)
    return 1e3 * spikes / (record.state.size * dt)
