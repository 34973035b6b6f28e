"""Scaling of fresh weights, layer by layer, until a first batch makes every layer fire."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.engine.engine import Engine
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer, Topology

Arrays = dict[str, NDArray[np.floating]]

#: Gains tried lie between these; each halving of the interval doubles the precision.
GAIN_RANGE = (1e-3, 1e4)
HALVINGS = 16


def calibrate(
    engine: Engine,
    topology: Topology,
    weights: Arrays,
    batch: SpikeTrain,
    target_rate: float,
    workspace: Workspace,
) -> dict[str, float]:
    """Scale `weights` in place and return each layer's mean firing rate in Hz.

    The gain of a layer is found by bisection in its logarithm; the layer's own spikes then drive
    the next. A layer without any input keeps its draw and is reported with a rate of 0; one that
    has bounds for its first weights keeps its draw too.

    Args:
        engine: what runs the layers.
        topology: the network.
        weights: fresh weights, in mV; changed in place.
        batch: the input.
        target_rate: wanted mean firing rate of each layer, in Hz.
        workspace: memory for the layers' states.
    """
    rates: dict[str, float] = {}
    for layer in topology.layers:
        names = [n for n in (layer.weight, layer.recurrent_weight) if n in weights]
        if batch.nnz and layer.first_weights is None:
            gain = _find_gain(engine, layer, weights, batch, target_rate, workspace)
            for name in names:
                weights[name] *= weights[name].dtype.type(gain)
        batch = engine.run_layer(layer, weights, batch, workspace)
        rates[layer.name] = _rate(batch)
    return rates


def _find_gain(
    engine: Engine,
    layer: Layer,
    weights: Arrays,
    batch: SpikeTrain,
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
        if _rate(engine.run_layer(layer, scaled, batch, workspace)) < target:
            low = middle
        else:
            high = middle
    return float(np.exp(high))


def _rate(spikes: SpikeTrain) -> float:
    """Mean firing rate in Hz."""
    return 1e3 * spikes.nnz / (spikes.n_samples * spikes.n_channels * spikes.duration)
