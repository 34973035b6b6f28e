"""A small network in trials, and what rewards make of its spikes by a loop over pairs."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from typing import Any

import numpy as np

from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.reward_stdp import RewardSTDP
from neurospike_cli.network.layers import NetworkParameters, SpikingLayer
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.network.uniform_weights import UniformWeights
from neurospike_cli.neurons.lif import LIFNeuron

INPUTS, CLASSES, STEPS, DT = 5, 2, 40, 0.5
#: Fires at a few spikes of its inputs.
NEURON = LIFNeuron(v_rest=-65.0, v_thresh=-63.5, refractory_period=1.0)

#: Rewards as (time in ms, value).
Pulses = Sequence[tuple[float, float]]


def network(dtype: str = "float64", engine: str = "numpy", delay: float = 0.0) -> NeuroSpikeNetwork:
    """Return a network of 5, 4 and 2 neurons with weights between 0.2 and 0.9 mV."""
    first = UniformWeights(low=0.2, high=0.9)
    parameters = NetworkParameters(
        hidden=(SpikingLayer(size=4, neuron=NEURON, initial_weights=first, delay=delay),),
        readout=SpikeCount(neuron=NEURON, initial_weights=first),
    )
    made = NeuroSpikeNetwork.from_parameters(parameters, INPUTS, CLASSES, 3, dtype, engine, DT)
    made.is_calibrated = True
    return made


def trials(count: int, seed: int = 0) -> list[SpikeTrain]:
    """Return random inputs of 20 ms, a tenth of whose spikes count as two."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        steps, channels = np.nonzero(rng.random((STEPS, INPUTS)) < 0.2)
        again = rng.random(len(steps)) < 0.1
        made.append(
            SpikeTrain.from_pairs(
                np.concatenate([steps, steps[again]]),
                np.concatenate([channels, channels[again]]),
                dt=DT,
                n_steps=STEPS,
                n_channels=INPUTS,
                count=True,
            )
        )
    return made


def spike_steps(train: SpikeTrain, late: int = 0) -> list[list[int]]:
    """Return the steps of each channel's spikes, those that count twice named twice."""
    found: list[list[int]] = [[] for _ in range(train.n_channels)]
    for step in range(train.n_steps - late):
        for entry in range(train.offsets[step], train.offsets[step + 1]):
            times = 1 if train.counts is None else int(train.counts[entry])
            found[train.channels[entry]] += [step + late] * times
    return found


def eligible(
    rule: RewardSTDP, pre: list[list[int]], post: list[list[int]], rewards: Pulses
) -> tuple[np.ndarray, np.ndarray]:
    """Return Σ pairs Σ rewards, and the sum of their sizes, each (input, neuron)."""
    total, sizes = np.zeros((2, len(pre), len(post)))
    for i, before in enumerate(pre):
        for j, after in enumerate(post):
            for step, mark in pairs(rule, before, after):
                for time, value in rewards:
                    change = mark * value * effect(rule, time - step * DT)
                    total[i, j] += change
                    sizes[i, j] += abs(change)
    return total, sizes


def pairs(rule: RewardSTDP, before: list[int], after: list[int]) -> list[tuple[int, float]]:
    """Return the step of each pair's second spike, and what the pair leaves there."""
    ties, nearest = rule.coincident == "potentiate", rule.pairing == "nearest"
    found = []
    for t in after:
        partners = [s for s in before if s < t or (ties and s == t)]
        for s in partners[-1:] if nearest else partners:
            found.append((t, rule.a_plus * exp(-(t - s) * DT / rule.tau_plus)))
    for t in before:
        partners = [s for s in after if s < t]
        for s in partners[-1:] if nearest else partners:
            found.append((t, -rule.a_minus * exp(-(t - s) * DT / rule.tau_minus)))
    return found


def effect(rule: RewardSTDP, since: float) -> float:
    """Return what a reward of 1 makes of a pair `since` ms before it, or after it."""
    tau_d = rule.modulation.model_dump().get("tau_d")
    if tau_d is None:
        return exp(-since / rule.tau_e) if since >= 0 else 0.0
    both = 1.0 / (1.0 / rule.tau_e + 1.0 / tau_d)
    return both * exp(-since / rule.tau_e if since >= 0 else since / tau_d)


def rule_of(**fields: Any) -> RewardSTDP:
    """Return a rule whose time constants are of the order of a trial."""
    fixed = {"tau_plus": 8.0, "tau_minus": 13.0, "tau_e": 30.0, "a_plus": 1.0, "a_minus": 0.6}
    wide = {"w_min": -50.0, "w_max": 50.0, "learning_rate": 1e-4}
    return RewardSTDP.model_validate({**fixed, **wide, **fields})
