"""A layer that learns while it runs, in the compiled engine: arrays for its kernel."""

from __future__ import annotations

import numpy as np

from neurospike_cli.engine import compiled_input
from neurospike_cli.engine.compiled_layer import (
    laws_of,
    no_theta,
    pairs_of,
    room_for_spikes,
    train_of,
)
from neurospike_cli.engine.compiler import declare
from neurospike_cli.engine.engine import Weights
from neurospike_cli.engine.kernels import plastic
from neurospike_cli.engine.plasticity import Memory, Plan, in_type_of
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.network.topology import Layer
from neurospike_cli.neurons.neuron_model import Floats


def learn_layer(
    layer: Layer,
    weights: Weights,
    spikes: SpikeTrain,
    plan: Plan,
    changed: Floats,
    memory: Memory,
    given: Floats | None,
    workspace: Workspace,
) -> SpikeTrain:
    """Return the spikes of a layer whose synapses learn from them; see `Engine.learn_layer`."""
    weight, rows = weights[layer.weight], spikes.n_samples * spikes.n_steps
    plan = in_type_of(plan, weight.dtype)
    declare(plan)
    fired = room_for_spikes(rows, layer.size, layer.name, workspace)
    driven = np.empty((0, 0), weight.dtype) if given is None else given.reshape(rows, layer.size)
    plastic.learn_samples(
        laws_of(layer.neuron, spikes.dt, True, weight.dtype),
        plan,
        compiled_input.events_of(spikes.delayed(layer.delay)),
        weight,
        changed,
        pairs_of(layer, weights),
        driven,
        weights.get(layer.theta, no_theta()),
        (memory.rates, memory.spikes, memory.samples),
        fired,
        spikes.n_steps,
        spikes.duration,
    )
    return train_of(fired, spikes, layer.size)


def learn_pairs(
    layer: Layer, spikes: SpikeTrain, fired: SpikeTrain, plan: Plan, changed: Floats
) -> None:
    """Let synapses learn from given spikes on both sides; see `Engine.learn_pairs`."""
    plan = in_type_of(plan, changed.dtype)
    declare(plan)
    arrived = compiled_input.events_of(spikes.delayed(layer.delay))
    plastic.learn_pairs(plan, arrived, compiled_input.events_of(fired), changed, spikes.n_steps)
