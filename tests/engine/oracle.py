"""The network as plain loops over samples, steps and neurons: obviously correct, and slow.

`run` is the forward pass. `tangent` is forward-mode differentiation through the same loops with
ds = σ'(u) du at every spike: it propagates one weight's change through the whole network, and
so must equal what backpropagation through time returns for that weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurospike_cli.network.topology import Layer, Topology
from neurospike_cli.neurons.neuron_model import NeuronModel


@dataclass(frozen=True)
class Case:
    """Everything a pass depends on; `dense` is the input, (sample, step, channel)."""

    topology: Topology
    weights: dict[str, np.ndarray]
    dense: np.ndarray
    dt: float


def recurrent_matrices(layer: Layer, values: np.ndarray) -> dict[int, np.ndarray]:
    """Return the recurrent weights as a full matrix for each delay in steps."""
    pairs = layer.recurrent
    if pairs is None:
        return {}
    matrices = {}
    for c, delay in enumerate(pairs.delays):
        matrices[int(delay)] = matrix = np.zeros((layer.size, layer.size), values.dtype)
        for pre in range(layer.size):
            row = c * layer.size + pre
            for k in range(pairs.indptr[row], pairs.indptr[row + 1]):
                matrix[pre, pairs.indices[k]] = values[k]
    return matrices


def run(case: Case) -> list[np.ndarray]:
    """Return the spikes of every layer, each (sample, step, neuron)."""
    out, inputs = [], case.dense.astype(float)
    for layer in case.topology.layers:
        spikes, _ = layer_tangent(case, layer, inputs, np.zeros_like(inputs), {}, None, True)
        out.append(spikes)
        inputs = spikes
    return out


def tangent(case: Case, change: dict[str, np.ndarray], surrogate, detach_reset: bool) -> np.ndarray:
    """Return d(output spikes), (sample, step, class), for the weight change `change`."""
    inputs, d_inputs = case.dense.astype(float), np.zeros(case.dense.shape)
    for layer in case.topology.layers:
        inputs, d_inputs = layer_tangent(
            case, layer, inputs, d_inputs, change, surrogate, detach_reset
        )
    return d_inputs


def psp(tau_m: float, tau_syn: float, t: float) -> float:
    """Return the potential that a unit of synaptic current has brought after t ms.

    The difference of two exponentials, as textbooks have it; exact enough for time constants that
    are not close.
    """
    scale = tau_syn / (tau_m - tau_syn)
    return float(scale * (np.exp(-t / tau_m) - np.exp(-t / tau_syn)))


def adaptation_of(neuron: NeuronModel, dt: float) -> tuple[float, float]:
    """Return the rise of the threshold at a spike and what is left of it after a step."""
    parameters = neuron.model_dump()
    beta, tau_adapt = parameters.get("beta") or 0.0, parameters.get("tau_adapt", np.inf)
    return beta, float(np.exp(-dt / tau_adapt))


def layer_tangent(case, layer, inputs, d_inputs, change, surrogate, detach_reset):
    """Run one layer and the change of its spikes."""
    neuron = layer.neuron
    w = case.weights[layer.weight].astype(float)
    dw = change.get(layer.weight, np.zeros_like(w))
    values = case.weights.get(layer.recurrent_weight, np.zeros(0))
    r = recurrent_matrices(layer, values)
    dr = recurrent_matrices(layer, change.get(layer.recurrent_weight, np.zeros_like(values)))
    samples, steps, _ = inputs.shape
    spikes, d_spikes = (
        np.zeros((samples, steps, layer.size)),
        np.zeros((samples, steps, layer.size)),
    )
    decay = np.exp(-case.dt / neuron.tau_m)
    v_reset = neuron.v_rest if neuron.v_reset is None else neuron.v_reset
    wait_steps = round(neuron.refractory_period / case.dt)
    beta, kept = adaptation_of(neuron, case.dt)
    for b in range(samples):
        for n in range(layer.size):
            spikes[b, :, n] = 0
        v, dv = np.full(layer.size, neuron.v_rest), np.zeros(layer.size)
        wait = np.zeros(layer.size, dtype=int)
        i_syn, di_syn = np.zeros(layer.size), np.zeros(layer.size)
        raised, d_raised = np.zeros(layer.size), np.zeros(layer.size)
        for k in range(steps):
            current = inputs[b, k] @ w
            d_current = d_inputs[b, k] @ w + inputs[b, k] @ dw
            for delay in r:
                then = k - 1 - delay
                if then >= 0:
                    current = current + spikes[b, then] @ r[delay]
                    d_current = d_current + d_spikes[b, then] @ r[delay]
                    d_current = d_current + spikes[b, then] @ dr[delay]
            if neuron.tau_syn is not None:
                # The spikes of this step change the synaptic current; the membrane sees the old.
                into, kept_i = (
                    psp(neuron.tau_m, neuron.tau_syn, case.dt),
                    np.exp(-case.dt / neuron.tau_syn),
                )
                seen, d_seen = into * i_syn, into * di_syn
                i_syn, di_syn = i_syn * kept_i + current, di_syn * kept_i + d_current
                current, d_current = seen, d_seen
            for n in range(layer.size):
                raised[n], d_raised[n] = raised[n] * kept, d_raised[n] * kept
                if wait[n] > 0:
                    wait[n] -= 1
                    v[n], dv[n] = v_reset, 0.0
                    continue
                u = neuron.v_rest + neuron.bias + (v[n] - neuron.v_rest - neuron.bias) * decay
                u, du = u + current[n], dv[n] * decay + d_current[n]
                x, dx = u - neuron.v_thresh - raised[n], du - d_raised[n]
                s = 1.0 if x >= 0 else 0.0
                ds = 0.0 if surrogate is None else surrogate(x) * dx
                raised[n], d_raised[n] = raised[n] + beta * s, d_raised[n] + beta * ds
                spikes[b, k, n], d_spikes[b, k, n] = s, ds
                path = 0.0 if detach_reset else ds
                if neuron.reset == "subtract":
                    v[n] = u - s * (neuron.v_thresh - v_reset)
                    dv[n] = du - path * (neuron.v_thresh - v_reset)
                else:
                    v[n] = u - s * (u - v_reset)
                    dv[n] = du * (1 - s) - path * (u - v_reset)
                if s:
                    wait[n] = wait_steps
    return spikes, d_spikes
