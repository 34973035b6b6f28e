"""First weights: a draw with a known spread, to be scaled by what the first batch makes fire."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike, NDArray

from neurospike_cli.network.layers import Initialization
from neurospike_cli.network.topology import Topology
from neurospike_cli.rng import Purpose, stream


def draw_weights(
    topology: Topology, initialization: Initialization, seed: int, dtype: DTypeLike
) -> dict[str, NDArray[np.floating]]:
    """Draw all weights with mean 0 and standard deviation (v_thresh - v_rest)/sqrt(n_pre) mV.

    The draw is symmetric: inhibition and excitation balance, so that a layer's drive grows with
    the square root of its input's rate and a single gain can bring it to any firing rate.
    """
    scales, weights = topology.scales, {}
    for i, (name, shape) in enumerate(topology.shapes.items()):
        rng = stream(seed, Purpose.WEIGHTS, i)
        fan_in = _fan_in(topology, name, shape)
        draw = _draw(initialization.distribution, rng, shape) * (scales[name] / np.sqrt(fan_in))
        weights[name] = draw.astype(dtype)
    return weights


def _fan_in(topology: Topology, name: str, shape: tuple[int, ...]) -> float:
    if len(shape) == 2:
        return float(shape[0])
    layer = next(layer for layer in topology.layers if layer.recurrent_weight == name)
    return max(1.0, shape[0] / layer.size)


def _draw(
    distribution: str, rng: np.random.Generator, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Draw with mean 0 and variance 1; a uniform on ±sqrt(3) has variance 1."""
    draws = {
        "normal": lambda: rng.standard_normal(shape),
        "uniform": lambda: rng.uniform(-np.sqrt(3.0), np.sqrt(3.0), shape),
    }
    return draws[distribution]()
