"""The gradient of a network by complex steps through its neurons' laws: exact, and slow.

Every variable z carries its change as z + i h dz with h = 1e-30: after any of a law's equations the
imaginary part is h times the derivative, without a rounding of differences (Squire & Trapp 1998).
Only the spike needs a rule: it is that of the real parts, and changes by ds = σ'(x) dx.

A reset replaces z by R(z), so that dz becomes R'(z) dz + ds (R(z) - z); where the reset is
detached, the last term is left out for the membrane, the first variable, and for it alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from neurospike_cli.network.topology import Layer
from tests.engine.oracle import Case, recurrent_matrices

H = 1e-30


def output_change(
    case: Case, change: dict[str, np.ndarray], slope: Callable, detach_reset: bool
) -> np.ndarray:
    """Return d(output spikes), (sample, step, class), for the weight change `change`."""
    spikes = case.dense.astype(complex)
    for layer in case.topology.layers:
        spikes = layer_spikes(case, layer, spikes, change, slope, detach_reset)
    return spikes.imag / H


def layer_spikes(
    case: Case,
    layer: Layer,
    inputs: np.ndarray,
    change: dict[str, np.ndarray],
    slope: Callable,
    detach_reset: bool,
) -> np.ndarray:
    """Return the layer's spikes and, as imaginary parts, H times their change."""
    laws = layer.neuron.laws(case.dt)
    weight = changed(case, layer.weight, change)
    recurrent = {}
    if layer.recurrent is not None:
        recurrent = recurrent_matrices(layer, changed(case, layer.recurrent_weight, change))
    delays = np.full(weight.shape, layer.delay) if layer.delays is None else layer.delays
    spikes = np.zeros((*inputs.shape[:2], layer.size), complex)
    for b in range(len(inputs)):
        state = [[complex(x) for x in laws.initial] for _ in range(layer.size)]
        synaptic = [tuple(complex(x) for x in laws.synaptic) for _ in range(layer.size)]
        wait = np.zeros(layer.size, int)
        for k in range(inputs.shape[1]):
            jump = np.zeros(layer.size, complex)
            for delay in np.unique(delays[delays <= k]):
                jump = jump + inputs[b, k - delay] @ np.where(delays == delay, weight, 0)
            for delay, matrix in recurrent.items():
                if k - 1 - delay >= 0:
                    jump = jump + spikes[b, k - 1 - delay] @ matrix
            if layer.inhibition is not None and k - 1 - layer.inhibition.delay >= 0:
                for n in range(layer.size):
                    others = np.delete(spikes[b, k - 1 - layer.inhibition.delay], n)
                    jump[n] -= layer.inhibition.strength * others.sum()
            for n in range(layer.size):
                drive, synaptic[n] = laws.synapse.arrive(synaptic[n], jump[n])
                if wait[n]:
                    wait[n] -= 1
                    state[n] = [complex(x) for x in laws.step.hold(tuple(state[n]))]
                    continue
                z = laws.step.advance(tuple(state[n]), drive)
                x = laws.step.overshoot(z)
                spikes[b, k, n] = complex(x.real >= 0, slope(x.real) * x.imag)
                state[n] = list(z)
                path = 1j * spikes[b, k, n].imag
                after = laws.step.reset(z)
                for v in range(len(z)):
                    if x.real >= 0:
                        state[n][v] = complex(after[v])
                    if v > 0 or not detach_reset:
                        state[n][v] += path * (complex(after[v]).real - z[v].real)
                if x.real >= 0:
                    wait[n] = laws.refractory_steps
    return spikes


def changed(case: Case, name: str, change: dict[str, np.ndarray]) -> np.ndarray:
    """Return a weight array with its change as imaginary part."""
    weight = case.weights[name].astype(complex)
    return weight + 1j * H * change.get(name, np.zeros(weight.shape))
