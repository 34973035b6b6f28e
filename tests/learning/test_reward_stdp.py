"""Reward-modulated STDP against loops over pairs and rewards, closed forms, and both engines."""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

from neurospike_cli.engine.plasticity import NO_UPKEEP, Memory
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.engine.workspace import Workspace
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.modulations.dopamine import Dopamine
from neurospike_cli.learning.reward_stdp import RewardSTDP
from neurospike_cli.rng import Purpose, stream
from tests.engines import ENGINES
from tests.learning.trials import (
    DT,
    STEPS,
    Pulses,
    eligible,
    network,
    rule_of,
    spike_steps,
    trials,
)

LENGTH = STEPS * DT
LABELS = [0, 1, 1, 0, 1, 0]
DOPAMINE = {"type": "dopamine", "tau_d": 12.0}

#: Rewards, and what a trial gets: (number, label, scores, spikes of input, hidden and output).
Expected = Callable[[int, int, np.ndarray, list[list[list[int]]]], Pulses]


def at_times(number: int, label: int, scores: np.ndarray, spikes: Any) -> Pulses:
    return [(0.0, 1.0), (7.25, -0.5), (LENGTH, 2.0), (LENGTH + 15.0, 1.5)]


def by_class(number: int, label: int, scores: np.ndarray, spikes: Any) -> Pulses:
    return [(LENGTH + 4.0, (0.7, -1.2)[label])]


def correctness(number: int, label: int, scores: np.ndarray, spikes: Any) -> Pulses:
    return [(LENGTH + 2.0, 1.0 if scores[label] > scores[1 - label] else -0.25)]


def coincidence(number: int, label: int, scores: np.ndarray, spikes: Any) -> Pulses:
    first, second = spikes[0][2], spikes[1][1]
    times = []
    for t in second:
        waits = [t - s for s in first if s <= t]
        if waits and min(waits) * DT <= 3.0:
            times.append(t * DT)
    drawn = stream(3, Purpose.REWARDS, number).uniform(1.0, 30.0, len(times))
    return [(time + late, 0.8) for time, late in zip(times, drawn, strict=True)]


REWARDS: dict[str, tuple[dict[str, Any], Expected]] = {
    "at_times": (
        {"rewards": [{"time": t, "value": v} for t, v in at_times(0, 0, np.zeros(2), None)]},
        at_times,
    ),
    "by_class": ({"values": [0.7, -1.2], "delay": 4.0}, by_class),
    "correctness": ({"right": 1.0, "wrong": -0.25, "delay": 2.0, "baseline": 0.0}, correctness),
    "coincidence": (
        {"pre": 2, "post": 1, "window": 3.0, "value": 0.8}
        | {"shortest_delay": 1.0, "longest_delay": 30.0},
        coincidence,
    ),
}


def trained(rule: RewardSTDP, expected: Expected, delay: float = 0.0) -> None:
    """Go through six trials, each held against the loops."""
    net = network(delay=delay)
    state, first = rule.start(net), {name: w.copy() for name, w in net.weights.items()}
    for number, (sample, label) in enumerate(zip(trials(6), LABELS, strict=True)):
        run = net.run(sample)
        spikes = [spike_steps(t) for t in (sample, run.spikes(0), run.spikes(1))]
        rewards = expected(number, label, run.scores[0], spikes)
        arriving = [spike_steps(sample, round(delay / DT)), spikes[1]]
        before = {name: weight.copy() for name, weight in net.weights.items()}
        rule.update(net, sample, np.array([label]), state)
        for name, pre, post in zip(before, arriving, spikes[1:], strict=True):
            change, sizes = eligible(rule, pre, post, rewards)
            unit = rule.learning_rate * (rule.w_max - rule.w_min)
            error = np.abs(net.weights[name] - before[name] - unit * change)
            # Some 100 terms, each rounded at 1e-16; and a weight of up to 1 mV that they go into.
            assert (error <= 1e-13 * unit * sizes + 4e-16).all()
    assert all(not np.array_equal(net.weights[name], w) for name, w in first.items())


@pytest.mark.parametrize("modulation", [{"type": "instant"}, DOPAMINE], ids=["instant", "dopamine"])
@pytest.mark.parametrize("kind", REWARDS)
def test_trials_are_sums_over_pairs_and_rewards(kind: str, modulation: dict[str, Any]) -> None:
    fields, expected = REWARDS[kind]
    trained(rule_of(reward={"type": kind, **fields}, modulation=modulation), expected)


@pytest.mark.parametrize(
    "fields", [{"pairing": "nearest"}, {"coincident": "ignore"}, {"a_plus": 0.0}, {"a_minus": 0.0}]
)
def test_every_convention_of_pairs(fields: dict[str, Any]) -> None:
    rewards, expected = REWARDS["at_times"]
    chosen = rule_of(reward={"type": "at_times", **rewards}, modulation=DOPAMINE, **fields)
    trained(chosen, expected)


def test_time_counts_from_the_arrival_of_a_spike() -> None:
    rewards, expected = REWARDS["at_times"]
    trained(rule_of(reward={"type": "at_times", **rewards}), expected, delay=2.5)


def test_an_untrained_layer_stays_and_a_trained_one_is_as_if_alone() -> None:
    both, one = (
        rule_of(reward={"type": "by_class", "values": [1.0, -1.0]}, layers=layers)
        for layers in (None, (1,))
    )
    first, second = network(), network()
    before = first.weights["hidden.0.weight"].copy()
    (sample,) = trials(1)
    both.update(first, sample, np.array([0]), both.start(first))
    one.update(second, sample, np.array([0]), one.start(second))
    np.testing.assert_array_equal(second.weights["hidden.0.weight"], before)
    assert not np.array_equal(first.weights["hidden.0.weight"], before)
    np.testing.assert_array_equal(first.weights["output.weight"], second.weights["output.weight"])


@pytest.mark.parametrize("since", [-40.0, -3.0, 0.0, 3.0, 250.0])
def test_dopamine_is_the_integral_of_its_equations(since: float) -> None:
    """dw = c d dt from when both are there, c and d decaying exponentials."""
    tau_e, tau_d = 100.0, 30.0

    def product(t: float) -> float:
        return exp(-max(t, 0.0) / tau_e) * exp(-(t - since) / tau_d)

    expected, _ = quad(product, max(0.0, since), max(0.0, since) + 40 * tau_d, epsabs=0)
    measured = Dopamine(tau_d=tau_d).effect(np.array([since]), tau_e)[0]
    assert measured == pytest.approx(expected, rel=1e-8)  # what quad's own estimate promises


@pytest.mark.parametrize("h", [1.0, 0.1])
def test_a_sum_over_steps_would_be_half_a_step_too_large(h: float) -> None:
    """w += c d h, c and d decayed exactly: h/(1 - e^(-h/k)) = k (1 + h/2k + …) stands for k."""
    tau_e, tau_d, c, d, w = 1000.0, 200.0, 1.0, 1.0, 0.0
    for _ in range(round(8000 / h)):
        w += c * d * h
        c, d = c * exp(-h / tau_e), d * exp(-h / tau_d)
    k = tau_e * tau_d / (tau_e + tau_d)
    exact = Dopamine(tau_d=tau_d).effect(np.zeros(1), tau_e)[0]
    assert exact == pytest.approx(k, rel=1e-15)
    assert w == pytest.approx(h / -np.expm1(-h / k), rel=1e-11)  # 80,000 sums, each within 1e-16
    assert w / exact - 1.0 == pytest.approx(0.5 * h / k, rel=h / k)
    assert h < 1.0 or w / exact - 1.0 == pytest.approx(3e-3, rel=0.01)


def test_hard_bounds_hold_and_soft_ones_are_approached() -> None:
    """A reward so large that every eligible synapse of a hard rule ends at a bound."""
    bounds = {"w_min": 0.1, "w_max": 1.0, "a_minus": 0.0, "reward": {"type": "by_class"}}
    (sample,) = trials(1)
    for value, bound in ((1.0, 1.0), (-1.0, 0.1)):
        bounds["reward"] = {"type": "by_class", "values": [value, 0.0]}
        hard, net = rule_of(**bounds, learning_rate=1e6), network()
        first = net.weights["hidden.0.weight"].copy()
        hard.update(net, sample, np.array([0]), hard.start(net))
        moved = net.weights["hidden.0.weight"] != first
        assert (net.weights["hidden.0.weight"][moved] == bound).all()
        assert moved.sum() > 10  # of 20
        soft = rule_of(**bounds, learning_rate=0.01, weight_dependence={"type": "multiplicative"})
        net, room = network(), np.abs(bound - first)
        pre, post = spike_steps(sample), spike_steps(net.run(sample).spikes(0))
        change, _ = eligible(soft, pre, post, [(LENGTH, value)])
        soft.update(net, sample, np.array([0]), soft.start(net))
        expected = first + 0.01 * change * room
        np.testing.assert_allclose(net.weights["hidden.0.weight"], expected, rtol=1e-13)


@pytest.mark.parametrize("coincident", ["potentiate", "ignore"])
def test_engines_learn_pairs_alike_and_as_a_layer_that_runs(coincident: str) -> None:
    """Whether spikes are given or come about, bit for bit; inputs may count twice, and are late."""
    rule = rule_of(coincident=coincident, reward={"type": "correctness"})
    fade = np.random.default_rng(5).normal(size=STEPS)
    found, batch = [], SpikeTrain.batch(trials(4, seed=2))
    for name in ENGINES:
        net, engine = network("float32", delay=1.5), engine_named(name)
        layer = net.topology.layers[0]
        plan = rule.plan(layer, DT, STEPS, 1.0, NO_UPKEEP)._replace(fade=fade)
        runs, given = np.zeros((2, *net.weights[layer.weight].shape), np.float32)
        memory = Memory(np.zeros(4, np.float32), np.zeros(4), np.zeros(1))
        spikes = engine.learn_layer(layer, net.weights, batch, plan, runs, memory, Workspace())
        engine.learn_pairs(layer, batch, spikes, plan, given)
        np.testing.assert_array_equal(runs, given)
        found.append(given)
    assert np.abs(found[0]).min() > 0
    assert found[0].tobytes() == found[1].tobytes()


@pytest.mark.parametrize("modulation", [{"type": "instant"}, DOPAMINE], ids=["instant", "dopamine"])
def test_engines_train_alike(modulation: dict[str, Any]) -> None:
    found = []
    for name in ENGINES:
        rule, net = rule_of(modulation=modulation, learning_rate=1e-3), network("float32", name)
        state = rule.start(net)
        rule.update(net, SpikeTrain.batch(trials(6)), np.array(LABELS), state)
        found.append([w.tobytes() for w in (*net.weights.values(), *state.values())])
    assert found[0] == found[1]
