"""Forward and backward passes of an oracle's case through an engine."""

from __future__ import annotations

import numpy as np

from neurospike_cli.engine.engine import ForwardPass
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.surrogates.surrogate import Surrogate
from tests.engine import oracle


def spike_input(case: oracle.Case) -> SpikeTrain:
    trains = []
    _, n_steps, n_channels = case.dense.shape
    for sample in case.dense:
        steps, channels = np.nonzero(sample)
        extent = {"dt": case.dt, "n_steps": n_steps, "n_channels": n_channels}
        times = sample[steps, channels]
        pairs = np.repeat(steps, times), np.repeat(channels, times)
        trains.append(SpikeTrain.from_pairs(*pairs, **extent, count=sample.max() > 1))
    return SpikeTrain.batch(trains)


def forward(case: oracle.Case, engine: str, detach_reset: bool = True) -> ForwardPass:
    return engine_named(engine).forward(
        case.topology, case.weights, spike_input(case), Workspace(), detach_reset
    )


def backward(
    case: oracle.Case,
    engine: str,
    surrogate: Surrogate,
    score_gradient: np.ndarray,
    detach_reset: bool = True,
    trained: frozenset[str] | None = None,
) -> dict[str, np.ndarray]:
    gradients = engine_named(engine).backward(
        case.topology,
        case.weights,
        forward(case, engine, detach_reset),
        score_gradient,
        surrogate,
        detach_reset,
        frozenset(case.weights) if trained is None else trained,
        Workspace(),
    )
    return {name: g.dense(case.weights[name].shape) for name, g in gradients.items()}


def overshoots(run: ForwardPass, layer: int) -> np.ndarray:
    """Return how far each neuron was beyond its threshold, (sample, step, neuron)."""
    return _OVERSHOOTS[type(run).__name__](run, layer)


_OVERSHOOTS = {
    "NumpyPass": lambda run, i: run.layers[i].overshoot.transpose(1, 0, 2),
    "CompiledPass": lambda run, i: run.layers[i].record.distance.reshape(
        run.batch.n_samples, run.batch.n_steps, -1
    ),
}
