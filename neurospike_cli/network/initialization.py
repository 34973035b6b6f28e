"""First weights: a draw with a known spread, to be scaled by what the first batch makes fire."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike, NDArray

from neurospike_cli.network.dale import column_sums, signed, sums_over
from neurospike_cli.network.layers import Initialization
from neurospike_cli.network.topology import Topology
from neurospike_cli.rng import Purpose, stream


def draw_weights(
    topology: Topology, initialization: Initialization, seed: int, dtype: DTypeLike
) -> dict[str, NDArray[np.floating]]:
    """Draw all weights with mean 0 and standard deviation (v_thresh - v_rest)/sqrt(n_pre) mV.

    That of recurrent weights is `recurrent_scale` times as large.

    The weights that arrive at a neuron sum to 0: excitation and inhibition balance, so that it is
    driven by the fluctuations of its input (cf. Rossbroich, Gygax & Zenke 2022), none is silenced
    by an unlucky draw, and one gain can bring a layer to any firing rate. Without that, a third to
    a half of the neurons of a small network do not fire in the first batch.

    Where neurons excite or inhibit (`dale.py`), the balance is that of fewer, stronger weights, and
    the spread is about 0.

    A layer with bounds of its own for first weights gets those instead.
    """
    scales, weights = topology.scales, {}
    owners = topology.owners
    for i, (name, shape) in enumerate(topology.shapes.items()):
        rng, bounds = stream(seed, Purpose.WEIGHTS, i), owners[name].first_weights
        if bounds is not None and name == owners[name].weight:
            weights[name] = bounds.draw(rng, shape).astype(dtype, copy=False)
            continue
        draw = _draw(initialization.distribution, rng, shape)
        draw = _with_signs(topology, name, draw) if name in topology.signs else _balanced(draw)
        draw *= scales[name] * _strength(topology, name, shape, initialization)
        weights[name] = draw.astype(dtype, copy=False)
    return weights


def first_learned(topology: Topology, dtype: DTypeLike) -> dict[str, NDArray[np.floating]]:
    """Return what is learned beside connections, all 0; thresholds have float64.

    A threshold that falls back by 1e-7 of itself in a step would not move in float32.
    """
    moving = {layer.theta for layer in topology.layers}
    return {
        name: np.zeros(shape, np.float64 if name in moving else dtype)
        for name, shape in topology.learned_shapes.items()
    }


def _with_signs(topology: Topology, name: str, draw: NDArray[np.float64]) -> NDArray[np.float64]:
    layer = topology.owners[name]
    if layer.recurrent is None or name != layer.recurrent_weight:
        return signed(draw, topology.signs[name], column_sums)
    return signed(draw, topology.signs[name], sums_over(layer.recurrent))


def _balanced(draw: NDArray[np.float64]) -> NDArray[np.float64]:
    """Let a matrix's columns sum to 0, in place; recurrent pairs, a flat list, stay as drawn."""
    if draw.ndim == 1:
        return draw
    if len(draw) == 1:
        # The only weight of a neuron cannot balance another: it excites.
        return np.abs(draw)
    draw -= draw.mean(axis=0)
    return draw


def _strength(
    topology: Topology, name: str, shape: tuple[int, ...], initialization: Initialization
) -> float:
    """Return 1/sqrt(n_pre), for recurrent weights times their scale.

    As strong as its input, a recurrent layer of some hundred neurons is chaotic: gradients explode
    on the way back through the steps, and the output layer was silent after one epoch.
    """
    if len(shape) == 2:
        return float(shape[0] ** -0.5)
    layer = topology.owners[name]
    return float(initialization.recurrent_scale * max(1.0, shape[0] / layer.size) ** -0.5)


def _draw(
    distribution: str, rng: np.random.Generator, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Draw with mean 0 and variance 1; a uniform on ±sqrt(3) has variance 1."""
    draws = {
        "normal": lambda: rng.standard_normal(shape),
        "uniform": lambda: rng.uniform(-np.sqrt(3.0), np.sqrt(3.0), shape),
    }
    return draws[distribution]()
