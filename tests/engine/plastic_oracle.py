"""A layer that learns while it runs, as plain loops over samples, steps, inputs and neurons.

Everything is written out for single numbers, as the documents say it: leaky neurons with a hard
reset, competition, moving thresholds, traces, the order of a step, and what follows a sample.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neurospike_cli.learning._plastic_rule import PlasticRule
from neurospike_cli.learning._synapses import Triplet
from neurospike_cli.network.topology import Layer
from tests.engine.oracle import recurrent_matrices


@dataclass
class Learned:
    """What a layer became, and its spikes, (sample, step, neuron)."""

    weight: np.ndarray
    theta: np.ndarray
    rates: np.ndarray
    spikes: np.ndarray


def learn(
    layer: Layer,
    weights: dict[str, np.ndarray],
    counts: np.ndarray,
    dt: float,
    rule: PlasticRule,
    norm: float,
) -> Learned:
    """Return what `layer` learns from input spikes, (sample, step, input), sample after sample."""
    samples, steps, _ = counts.shape
    target = 0.0 if rule.synaptic_scaling is None else rule.synaptic_scaling.target_rate
    learned = Learned(
        weights[layer.weight].astype(float).copy(),
        weights.get(layer.theta, np.zeros(layer.size)).copy(),
        np.full(layer.size, target),
        np.zeros((samples, steps, layer.size), int),
    )
    recurrent = recurrent_matrices(layer, weights.get(layer.recurrent_weight, np.zeros(0)))
    for s in range(samples):
        arriving = np.zeros_like(counts[s])
        arriving[layer.delay :] = counts[s][: steps - layer.delay]
        run_sample(layer, recurrent, arriving, dt, rule, learned, learned.spikes[s])
        end_sample(rule, learned, learned.spikes[s], s + 1, dt * steps, norm)
    return learned


def run_sample(layer, recurrent, arriving, dt, rule, learned, spikes):
    """Run one sample; `spikes` is written."""
    size, steps = layer.size, len(arriving)
    neuron, moving = layer.neuron, layer.adaptive_threshold
    u, wait = [0.0] * size, [0] * size
    x, x2 = [0.0] * layer.inputs, [0.0] * layer.inputs
    y, y2 = [0.0] * size, [0.0] * size
    triplet = rule.triplet or Triplet()
    for k in range(steps):
        for j in range(size):
            if moving is not None:
                learned.theta[j] *= math.exp(-dt / moving.tau_theta)
        over = []
        for j in range(size):
            current = 0.0
            for i in range(layer.inputs):
                current += arriving[k, i] * learned.weight[i, j]
            current += said_to(layer, recurrent, spikes, k, j)
            after = u[j] * math.exp(-dt / neuron.tau_m) + current
            u[j] = 0.0 if wait[j] > 0 else after
            over.append(u[j] - (neuron.v_thresh - neuron.v_rest) - learned.theta[j])
        candidates = [j for j in range(size) if over[j] >= 0 and wait[j] == 0]
        candidates.sort(key=lambda j: (-over[j], j))
        fired = sorted(candidates[: layer.winners])
        for j in range(size):
            wait[j] = max(0, wait[j] - 1)
        for j in fired:
            u[j], wait[j] = 0.0, round(neuron.refractory_period / dt)
            spikes[k, j] = 1
        for values, tau in ((x, rule.tau_plus), (x2, triplet.tau_x)):
            for i in range(layer.inputs):
                values[i] *= math.exp(-dt / tau)
        for values, tau in ((y, rule.tau_minus), (y2, triplet.tau_y)):
            for j in range(size):
                values[j] *= math.exp(-dt / tau)
        learn_step(rule, triplet, learned.weight, (x, x2), (y, y2), arriving[k], fired)
        for j in fired:
            if moving is not None:
                learned.theta[j] += moving.theta_plus


def said_to(layer, recurrent, spikes, k, j):
    """Return what neuron j gets from its own layer in step k."""
    current = 0.0
    for delay, matrix in recurrent.items():
        then = k - 1 - delay
        for pre in range(layer.size if then >= 0 else 0):
            current += spikes[then, pre] * matrix[pre, j]
    if layer.inhibition is not None:
        then = k - 1 - layer.inhibition.delay
        for pre in range(layer.size if then >= 0 else 0):
            current -= layer.inhibition.strength * spikes[then, pre] if pre != j else 0.0
    return current


def learn_step(rule, triplet, weight, pre, post, arrived, fired):
    """Let the synapses of one step's spikes learn, and their traces jump."""
    (x, x2), (y, y2) = pre, post
    keep = 1.0 if rule.pairing == "all_to_all" else 0.0
    if rule.coincident == "ignore":
        potentiate(rule, triplet, weight, x, y2, fired)
    for i, times in enumerate(arrived):
        for _ in range(times):
            amplitude = rule.a_minus + triplet.a3_minus * x2[i]
            for j in range(len(y)):
                change = amplitude * y[j] * fall(rule, weight[i, j])
                weight[i, j] = max(weight[i, j] - change, rule.w_min)
            x[i], x2[i] = keep * x[i] + 1.0, keep * x2[i] + 1.0
    if rule.coincident == "potentiate":
        potentiate(rule, triplet, weight, x, y2, fired)
    for j in fired:
        y[j], y2[j] = keep * y[j] + 1.0, keep * y2[j] + 1.0


def potentiate(rule, triplet, weight, x, y2, fired):
    """Let all synapses of the neurons that fired learn."""
    for j in fired:
        for i in range(len(x)):
            distance = x[i] - rule.trace_target
            way = rise(rule, weight[i, j]) if distance > 0 else fall(rule, weight[i, j])
            w = weight[i, j] + (rule.a_plus + triplet.a3_plus * y2[j]) * distance * way
            weight[i, j] = min(max(w, rule.w_min), rule.w_max)


def rise(rule, w):
    """Return what potentiation is proportional to."""
    return rule.w_max - (w if rule.weight_dependence.type == "multiplicative" else rule.w_min)


def fall(rule, w):
    """Return what depression is proportional to."""
    return (w if rule.weight_dependence.type == "multiplicative" else rule.w_max) - rule.w_min


def end_sample(rule, learned, spikes, number, duration, norm):
    """Do what follows sample `number`."""
    scaling, weight = rule.synaptic_scaling, learned.weight
    for j in range(len(learned.rates)):
        rate = spikes[:, j].sum() / duration * 1e3
        if rule.normalization is not None and number % rule.normalization.every == 0:
            order = {"l1": 1, "l2": 2}[rule.normalization.type]
            there = sum(abs(w) ** order for w in weight[:, j]) ** (1 / order)
            weight[:, j] *= norm / there if there > 0 else 1.0
        growth = 1.0 - rule.weight_decay
        if scaling is not None:
            learned.rates[j] += (rate - learned.rates[j]) / scaling.samples
            growth *= 1.0 + scaling.strength * (scaling.target_rate - learned.rates[j])
        if scaling is not None or rule.normalization is not None or rule.weight_decay:
            for i in range(len(weight)):
                weight[i, j] = min(max(weight[i, j] * growth, rule.w_min), rule.w_max)
