"""A network as loops over single numbers, in the type of its weights: every bit counts.

A neuron's current in a step is one running sum. Input comes first, then the layer's own spikes;
either runs over the steps in which spikes were emitted, from the earliest to the latest, and within
a step over presynaptic neurons in ascending order. Inhibition comes last, as one product.
"""

from __future__ import annotations

import numpy as np

from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import in_type
from tests.engine.oracle import Case, recurrent_matrices


def run(case: Case) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return spikes and overshoots of every layer, each (sample, step, neuron)."""
    inputs, out = case.dense, []
    for layer in case.topology.layers:
        samples = [_sample(case, layer, spikes) for spikes in inputs]
        out.append(tuple(np.array(parts) for parts in zip(*samples, strict=True)))
        inputs = out[-1][0]
    return out


def _sample(case: Case, layer: Layer, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    kind = case.weights[layer.weight].dtype
    laws = in_type(layer.neuron.laws(case.dt), kind)
    steps = len(inputs)
    spikes, over = np.zeros((steps, layer.size), int), np.zeros((steps, layer.size), kind)
    state, synaptic = [laws.initial] * layer.size, [laws.synaptic] * layer.size
    wait = np.zeros(layer.size, int)
    for k in range(steps):
        for n in range(layer.size):
            current = _current(case, layer, inputs, spikes, k, n)
            drive, synaptic[n] = laws.synapse.arrive(synaptic[n], current)
            blocked = wait[n] > 0
            state[n] = laws.step.hold(state[n]) if blocked else laws.step.advance(state[n], drive)
            over[k, n] = laws.step.overshoot(state[n])
            wait[n] -= blocked
            if over[k, n] >= 0 and not blocked:
                spikes[k, n], wait[n] = 1, laws.refractory_steps
                state[n] = laws.step.reset(state[n])
    return spikes, over


def _current(
    case: Case, layer: Layer, inputs: np.ndarray, spikes: np.ndarray, k: int, n: int
) -> np.floating:
    """Return the current of neuron n in step k."""
    weight = case.weights[layer.weight]
    current = weight.dtype.type(0)
    for emitted in range(k + 1):
        for pre in np.flatnonzero(inputs[emitted]):
            delay = layer.delay if layer.delays is None else layer.delays[pre, n]
            if k - emitted == delay:
                current += weight.dtype.type(inputs[emitted, pre]) * weight[pre, n]
    recurrent = recurrent_matrices(layer, case.weights.get(layer.recurrent_weight))
    for emitted in range(k):
        for pre in np.flatnonzero(spikes[emitted]):
            if k - 1 - emitted in recurrent:
                current += recurrent[k - 1 - emitted][pre, n]
    if layer.inhibition is not None and k - 1 - layer.inhibition.delay >= 0:
        then = spikes[k - 1 - layer.inhibition.delay]
        others = then.sum() - then[n]
        current -= weight.dtype.type(layer.inhibition.strength) * weight.dtype.type(others)
    return current
