"""The NumPy engine: the reference; forward through the layers, and the gradients back.

Memory is laid out (step, sample, neuron), so that a step of a whole batch is one contiguous
block; a layer's input over all steps is one sparse product; only the neurons themselves go step by
step (`numpy_layer.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neurospike_cli.engine import numpy_input, numpy_layer, numpy_recurrence
from neurospike_cli.engine import sparse_products as sparse
from neurospike_cli.engine.engine import (
    BatchSize,
    DescentLaw,
    Engine,
    ForwardPass,
    Gradient,
    Needs,
    Response,
    SpikeDerivative,
    Weights,
)
from neurospike_cli.engine.numpy_layer import Competition, LayerRecord
from neurospike_cli.engine.numpy_plasticity import learn_layer, learn_pairs
from neurospike_cli.engine.plasticity import Memory, Plan
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer, Topology
from neurospike_cli.neurons.neuron_model import Floats, NeuronModel, in_type

#: Elements of a weight array that are changed at a time, so that they stay in the cache.
BLOCK = 32_768


@dataclass(frozen=True)
class NumpyPass(ForwardPass):
    """A batch through the network.

    Attributes:
        inputs: spikes that were sent to each layer, rows (step, sample).
        layers: what each layer did; it lies in the workspace.
    """

    inputs: list[sparse.SpikeMatrix]
    layers: list[LayerRecord]

    def spikes(self, layer: int) -> SpikeTrain:
        """Return the spikes of a layer, by its index."""
        record = self.layers[layer]
        return sparse.spike_train(record.fired, self.batch, record.overshoot.shape[2])


class NumpyEngine(Engine):
    """The reference: always there, readable beside the equations."""

    name: ClassVar[str] = "numpy"

    def forward(
        self,
        topology: Topology,
        weights: Weights,
        batch: SpikeTrain,
        workspace: Workspace,
        detach_reset: bool | None = None,
    ) -> NumpyPass:
        """Run a batch through all layers."""
        dtype = weights[topology.layers[0].weight].dtype
        spikes = batch.to_csr_step_major(dtype)
        inputs, records = [], []
        for layer in topology.layers:
            record = _run(layer, weights, spikes, batch, workspace, detach_reset)
            inputs.append(spikes)
            records.append(record)
            if layer is not topology.layers[-1]:
                spikes = sparse.spike_matrix(record.fired, batch.n_samples, layer.size, dtype)
        output = sparse.spike_train(records[-1].fired, batch, topology.layers[-1].size)
        return NumpyPass(topology.readout.scores(output, weights), batch, inputs, records)

    def code_bytes(self, topology: Topology) -> int:
        """Return what the libraries take at their first call."""
        return 10_000_000

    def forward_bytes(
        self, topology: Topology, batch: BatchSize, detach_reset: bool | None = None
    ) -> Needs:
        """Return what `forward` allocates for a batch of this size."""
        entry = batch.dtype.itemsize + 4  # value and column of a sparse matrix
        needed = Needs(passing={"input.matrix": 2 * batch.events * entry + 24 * batch.rows})
        for layer in topology.layers:
            needed |= _run_bytes(layer, batch, detach_reset)
            if layer is not topology.layers[-1]:
                matrix = batch.spikes(layer.size) * (entry + 24)
                needed |= Needs(passing={f"{layer.name}.matrix": matrix})
        return needed

    def run_layer(
        self, layer: Layer, weights: Weights, spikes: SpikeTrain, workspace: Workspace
    ) -> SpikeTrain:
        """Return the spikes of one layer."""
        matrix = spikes.to_csr_step_major(weights[layer.weight].dtype)
        record = _run(layer, weights, matrix, spikes, workspace, None)
        return sparse.spike_train(record.fired, spikes, layer.size)

    def learn_layer(
        self,
        layer: Layer,
        weights: Weights,
        spikes: SpikeTrain,
        plan: Plan,
        changed: Floats,
        memory: Memory,
        workspace: Workspace,
        given: Floats | None = None,
    ) -> SpikeTrain:
        """Return the spikes of a layer that learns from each of them."""
        return learn_layer(layer, weights, spikes, plan, changed, memory, given)

    def learn_pairs(
        self, layer: Layer, spikes: SpikeTrain, fired: SpikeTrain, plan: Plan, changed: Floats
    ) -> None:
        """Let synapses learn from spikes that are known."""
        learn_pairs(layer, spikes, fired, plan, changed)

    def backward(
        self,
        topology: Topology,
        weights: Weights,
        run: ForwardPass,
        score_gradient: Floats,
        surrogate: SpikeDerivative,
        detach_reset: bool,
        trained: frozenset[str],
        workspace: Workspace,
    ) -> dict[str, Gradient]:
        """Return d loss / d weight; see `Engine.backward`."""
        assert isinstance(run, NumpyPass)
        dt, n_steps = run.batch.dt, run.batch.n_steps
        dtype = run.layers[-1].overshoot.dtype
        scores = score_gradient.astype(dtype)
        by_sample = topology.readout.spike_gradient(scores, n_steps, weights)
        delta = np.ascontiguousarray(by_sample.transpose(1, 0, 2))
        gradients: dict[str, Gradient] = {}
        lowest = topology.lowest_trained(trained)
        for i in range(len(topology.layers) - 1, lowest - 1, -1):
            layer, record = topology.layers[i], run.layers[i]
            feedback = numpy_recurrence.feedback_gradient(layer, weights, delta)
            laws = layer.neuron.laws(dt, detach_reset=detach_reset)
            slope = surrogate.law(layer.neuron.threshold_distance)
            delta = numpy_layer.backpropagate(laws, slope, record, delta, feedback)
            if layer.weight in trained:
                gradients[layer.weight] = Gradient(
                    numpy_input.weight_gradient(layer, run.inputs[i], delta)
                )
            if layer.recurrent is not None and layer.recurrent_weight in trained:
                gradients[layer.recurrent_weight] = numpy_recurrence.pair_gradient(
                    layer.recurrent, record, delta
                )
            if i > lowest:
                shape = (n_steps, run.batch.n_samples, layer.inputs)
                below = workspace.take(f"{layer.name}.spike_gradient", shape, dtype)
                numpy_input.spike_gradient(layer, weights[layer.weight], delta, out=below)
                delta = below
        return gradients

    def backward_bytes(
        self, topology: Topology, batch: BatchSize, bounded: bool, trained: frozenset[str]
    ) -> Needs:
        """Return what `backward` allocates beside that."""
        layers = topology.layers[topology.lowest_trained(trained) :]
        # That of the output layer's spikes is made by sample, and turned.
        passing = {"output gradient": 2 * batch.numbers(batch.rows * layers[-1].size)}
        kept = {
            f"{layer.name}.spike_gradient": numpy_input.below_bytes(layer, batch)
            for layer in layers[1:]
        }
        for layer in layers:
            passing[f"{layer.name}.gradient of weights"] = batch.numbers(layer.connections)
        parts = max(numpy_input.parts_bytes(layer, batch) for layer in layers)
        return Needs(kept, passing | {"parts of a gradient of weights": parts})

    def simulate(self, neuron: NeuronModel, current: Floats, dt: float) -> Response:
        """Run neurons driven by `current`; see `Engine.simulate`."""
        drive = current.copy()
        states = tuple(np.empty_like(drive) for _ in neuron.variables)
        record = numpy_layer.simulate(neuron.laws(dt), drive, states)
        n_steps, samples, size = current.shape
        silent = SpikeTrain.silent(dt, samples, n_steps, size)
        return Response(states, sparse.spike_train(record.fired, silent, size))

    def descend(
        self,
        law: DescentLaw,
        weight: Floats,
        gradient: Gradient,
        moments: Sequence[Floats],
        live: Floats,
    ) -> None:
        """Change a weight array and its moments in place; see `Engine.descend`."""
        live[:] = 1
        law = in_type(law, weight.dtype)
        flat = [a.reshape(-1) for a in (weight, gradient.dense(weight.shape), *moments)]
        for start in range(0, weight.size, BLOCK):
            w, g, *m = (array[start : start + BLOCK] for array in flat)
            w[...], changed = law.change(w, g, tuple(m))
            for moment, value in zip(m, changed, strict=True):
                moment[...] = value


def _run(
    layer: Layer,
    weights: Weights,
    spikes: sparse.SpikeMatrix,
    batch: SpikeTrain,
    workspace: Workspace,
    detach_reset: bool | None,
) -> LayerRecord:
    """Run all steps of one layer."""
    weight = weights[layer.weight]
    shape = (batch.n_steps, batch.n_samples, layer.size)
    current = workspace.take(f"{layer.name}.overshoot", shape, weight.dtype)
    numpy_input.current(layer, weight, spikes, out=current)
    laws = layer.neuron.laws(batch.dt, detach_reset=detach_reset is not False)
    states: tuple[Floats, ...] = ()
    if detach_reset is not None and laws.keeps_state:
        states = tuple(
            workspace.take(f"{layer.name}.{name}", shape, weight.dtype)
            for name in layer.neuron.variables
        )
    feedback = numpy_recurrence.feedback(layer, weights)
    competition = Competition(weights.get(layer.theta), layer.winners)
    return numpy_layer.simulate(laws, current, states, feedback, competition)


def _run_bytes(layer: Layer, batch: BatchSize, detach_reset: bool | None) -> Needs:
    """Return what `_run` allocates."""
    extent, laws = batch.numbers(batch.rows * layer.size), layer.neuron.laws(batch.dt)
    if detach_reset is False:
        laws = layer.neuron.laws(batch.dt, detach_reset=False)
    keeps = detach_reset is not None and laws.keeps_state
    record = {
        f"{layer.name}.overshoot": extent,
        f"{layer.name}.states": extent * len(layer.neuron.variables) * keeps,
    }
    passing = {
        f"{layer.name}.fired": 8 * batch.spikes(layer.size) + 112 * batch.steps,
        "state of a step": 12 * extent // batch.steps,
        "pairs of a step": numpy_recurrence.step_bytes(layer, batch),
    }
    return Needs(record, passing)
