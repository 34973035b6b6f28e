"""The NumPy engine: the reference; forward through the layers, and the gradients back.

Memory is laid out (step, sample, neuron), so that a step of a whole batch is one contiguous
block; a layer's input over all steps is one sparse product; only the membrane recurrence itself
goes step by step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.dense_products import dense_product
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.network.topology import Layer, Topology
from neurospike_cli.neurons.neuron_model import (
    Floats,
    Indices,
    RecurrentGradient,
    SurrogateDerivative,
)

Weights = Mapping[str, Floats]


@dataclass(frozen=True)
class LayerRecord:
    """What a layer did: flat indices that fired per step, and its recorded state."""

    fired: list[Indices]
    state: Floats


@dataclass(frozen=True)
class ForwardPass:
    """A batch through the network.

    Attributes:
        inputs: spikes that entered each layer, rows (step, sample).
        layers: one record a layer; its `state` lies in the workspace, so that it lasts until the
            next run, and `backward` uses it up.
        scores: readout, (sample, class).
        steps, samples: extent of the batch.
        dt: step in ms.
    """

    inputs: list[sparse.SpikeMatrix]
    layers: list[LayerRecord]
    scores: Floats
    steps: int
    samples: int
    dt: float


def forward(
    topology: Topology,
    weights: Weights,
    spikes: sparse.SpikeMatrix,
    samples: int,
    dt: float,
    workspace: Workspace,
) -> ForwardPass:
    """Run a batch; `spikes` are the input's, rows (step, sample)."""
    steps = spikes.shape[0] // samples
    inputs, records = [], []
    for layer in topology.layers:
        record = run_layer(layer, weights, spikes, samples, dt, workspace)
        inputs.append(spikes)
        records.append(record)
        if layer is not topology.layers[-1]:
            dtype = record.state.dtype
            spikes = sparse.spike_matrix(record.fired, samples, layer.size, dtype)
    classes = topology.layers[-1].size
    scores = topology.readout.scores(records[-1].fired, samples, classes)
    return ForwardPass(inputs, records, scores, steps, samples, dt)


def run_layer(
    layer: Layer,
    weights: Weights,
    spikes: sparse.SpikeMatrix,
    samples: int,
    dt: float,
    workspace: Workspace,
) -> LayerRecord:
    """Run all steps of one layer."""
    weight = weights[layer.weight]
    shape = (spikes.shape[0] // samples, samples, layer.size)
    current = workspace.take(f"{layer.name}.state", shape, weight.dtype)
    sparse.layer_current(spikes, weight, out=current)
    if layer.recurrent is None:
        return LayerRecord(layer.neuron.simulate(current, dt), current)
    matrix = _recurrent_matrix(layer, weights, workspace)

    def feedback(step: int, current: Floats, fired: list[Indices]) -> None:
        """Add the spikes of step k-1 to the current of step k."""
        if step > 0:
            sparse.add_spikes(fired[step - 1], matrix, out=current)

    return LayerRecord(layer.neuron.simulate(current, dt, feedback), current)


def _recurrent_matrix(layer: Layer, weights: Weights, workspace: Workspace) -> Floats:
    """Return the recurrent weights as a full matrix: a pair that does not exist adds an exact 0."""
    assert layer.recurrent is not None
    values = weights[layer.recurrent_weight]
    matrix = workspace.take(f"{layer.name}.recurrent", (layer.size, layer.size), values.dtype)
    matrix.fill(0)
    matrix[layer.recurrent.presynaptic, layer.recurrent.indices] = values
    return matrix


def backward(
    topology: Topology,
    weights: Weights,
    run: ForwardPass,
    score_gradient: Floats,
    surrogate: SurrogateDerivative,
    detach_reset: bool,
    trained: frozenset[str],
    workspace: Workspace,
) -> dict[str, Floats]:
    """Return d loss / d weight for the arrays in `trained`, by backpropagation through time.

    Args:
        topology, weights: the network that ran.
        run: its forward pass; the recorded state is used up.
        score_gradient: d loss / d score, (sample, class).
        surrogate: the spike's derivative at a distance from threshold, in place.
        detach_reset: treat the reset as a constant.
        trained: names of the weight arrays to return.
        workspace: memory for the gradients of the layers' spikes.
    """
    dtype = run.layers[-1].state.dtype
    delta = topology.readout.spike_gradient(score_gradient.astype(dtype), run.steps)
    gradients: dict[str, Floats] = {}
    last_needed = min(
        (i for i, la in enumerate(topology.layers) if _learns(la, trained)), default=0
    )
    for i in range(len(topology.layers) - 1, last_needed - 1, -1):
        layer, record = topology.layers[i], run.layers[i]
        back = _feedback_gradient(layer, weights, delta, workspace)
        delta = layer.neuron.backpropagate(
            record.state, record.fired, delta, run.dt, surrogate, detach_reset, back
        )
        flat = delta.reshape(-1, layer.size)
        if layer.weight in trained:
            gradients[layer.weight] = sparse.weight_gradient(run.inputs[i], flat)
        if layer.recurrent is not None and layer.recurrent_weight in trained:
            gradients[layer.recurrent_weight] = _recurrent_gradient(layer, record, delta)
        if i > last_needed:
            shape = (run.steps, run.samples, layer.inputs)
            delta = workspace.take(f"{layer.name}.spike_gradient", shape, dtype)
            dense_product(flat, weights[layer.weight].T, out=delta.reshape(-1, layer.inputs))
    return gradients


def _learns(layer: Layer, trained: frozenset[str]) -> bool:
    return layer.weight in trained or layer.recurrent_weight in trained


def _feedback_gradient(
    layer: Layer, weights: Weights, spike_gradient: Floats, workspace: Workspace
) -> RecurrentGradient | None:
    """Return what takes δI of step k to δs of step k-1, through the recurrent weights."""
    if layer.recurrent is None:
        return None
    transposed = _recurrent_matrix(layer, weights, workspace).T
    arriving = np.empty_like(spike_gradient[0])

    def add(step: int, current_gradient: Floats) -> None:
        if step > 0:
            dense_product(current_gradient, transposed, out=arriving)
            spike_gradient[step - 1] += arriving

    return add


def _recurrent_gradient(layer: Layer, record: LayerRecord, delta: Floats) -> Floats:
    """Return the gradient of the recurrent weights: spikes of step k-1 with δI of step k."""
    assert layer.recurrent is not None
    if len(delta) < 2:
        return np.zeros(len(layer.recurrent.indices), dtype=delta.dtype)
    samples = delta.shape[1]
    before = sparse.spike_matrix(record.fired[:-1], samples, layer.size, delta.dtype)
    flat = delta[1:].reshape(-1, layer.size)
    return sparse.pair_gradient(before, flat, layer.recurrent.presynaptic, layer.recurrent.indices)
