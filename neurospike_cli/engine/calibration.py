"""Scaling of fresh weights, layer by layer, until a first batch makes every layer fire.

A layer whose input comes seldom, or in a burst, fires no faster than at a ceiling however strong
its weights are. Near that ceiling the rate hardly depends on the weights, and the gain that brings
it to the target is so high that a neuron's answer is a matter of signs alone: nothing is learned
from there. So where the target needs weights that reach the threshold from rest by themselves, a
layer is brought to `SHARE` of its ceiling instead.
"""

from __future__ import annotations

from collections.abc import Callable

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
#: Validation accuracy after a few epochs with the whole ceiling, a half and a quarter of it: 9, 59
#: and 70 % (MNIST by latency, 60 of 250 ms in use), 13, 50 and 63 % (12 inertial channels), 79, 84
#: and 82 % (16 channels of EMG that rise together).
SHARE = 0.25


def calibrate(
    engine: Engine,
    topology: Topology,
    weights: Arrays,
    batch: SpikeTrain,
    target_rate: float,
    workspace: Workspace,
) -> dict[str, float]:
    """Scale `weights` in place and return each layer's mean firing rate in Hz.

        rate = target_rate, or SHARE * ceiling if weights of that spread would be above
        v_thresh - v_rest;   ceiling = the rate at the highest gain

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
            distance = topology.scales[layer.weight]
            gain = _find_gain(engine, layer, weights, batch, target_rate, distance, workspace)
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
    distance: float,
    workspace: Workspace,
) -> float:
    """Return the gain of a layer; `distance` is that of its threshold from rest, in mV."""

    def rate(log_gain: float) -> float:
        scaled = {
            name: weights[name] * weights[name].dtype.type(np.exp(log_gain))
            for name in (layer.weight, layer.recurrent_weight)
            if name in weights
        }
        return _rate(engine.run_layer(layer, scaled, batch, workspace))

    gain = _bisected(rate, target)
    if gain * float(weights[layer.weight].std()) <= distance:
        return gain
    return min(gain, _bisected(rate, SHARE * rate(np.log(GAIN_RANGE[1]))))


def _bisected(rate: Callable[[float], float], target: float) -> float:
    """Return the least gain at which a rate, which grows with its logarithm, is the target."""
    low, high = np.log(GAIN_RANGE)
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if rate(middle) < target:
            low = middle
        else:
            high = middle
    return float(np.exp(high))


def _rate(spikes: SpikeTrain) -> float:
    """Mean firing rate in Hz."""
    return 1e3 * spikes.nnz / (spikes.n_samples * spikes.n_channels * spikes.duration)
