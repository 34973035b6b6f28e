"""What is rewarded, by hand; and that rewards do to a synapse what their closed form says."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest

from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning.reward_stdp import RewardSTDP
from neurospike_cli.learning.rewards.coincidence import Coincidence
from neurospike_cli.learning.rewards.correctness import Correctness
from neurospike_cli.learning.rewards.reward import Trial
from neurospike_cli.network.layers import AdaptiveThreshold, NetworkParameters, SpikingLayer
from neurospike_cli.network.readouts.spike_count import SpikeCount
from neurospike_cli.neurons.lif import LIFNeuron
from tests.learning.trials import rule_of

STEPS = 50


def train(pairs: list[tuple[int, int]], channels: int, dt: float = 1.0) -> SpikeTrain:
    """Return a train from (step, channel)."""
    steps, where = np.array(pairs, np.int64).reshape(-1, 2).T
    return SpikeTrain.from_pairs(steps, where, dt=dt, n_steps=STEPS, n_channels=channels)


def trial(label: int, scores: list[float], *spikes: SpikeTrain) -> Trial:
    """Return a trial of 50 steps of 1 ms, or of the steps of its spikes."""
    rng = np.random.default_rng(1)
    return Trial(label, np.array(scores), spikes or (train([], 1),), rng)


def test_a_reward_that_is_expected_is_none() -> None:
    """Right n times in a row: b_n = 2 (1 - (1 - β)^n), and the pulse is what is missing."""
    reward, memory = Correctness(right=2.0, wrong=-1.0, baseline=0.2, delay=7.0), {}
    memory = reward.start(3)
    for n in range(10):
        ((time, pulse),) = reward.pulses(trial(1, [0, 3, 1]), memory)
        assert time == STEPS + 7.0
        assert pulse == pytest.approx(2.0 * 0.8**n, rel=1e-14)
    ((_, surprise),) = reward.pulses(trial(0, [0, 3, 1]), memory)
    assert surprise == pytest.approx(-1.0 - 2.0 * (1.0 - 0.8**10), rel=1e-14)


def test_each_class_expects_its_own_reward() -> None:
    common, own = (Correctness(baseline=0.5, per_class=each) for each in (False, True))
    found = []
    for reward in (common, own):
        memory = reward.start(2)
        found.append([reward.pulses(trial(label, [1, 0]), memory)[0][1] for label in (0, 0, 1, 0)])
    assert found[0] == [1.0, 0.5, -1.75, 1.125]  # b = 0, 0.5, 0.75, -0.125
    assert found[1] == [1.0, 0.5, -1.0, 0.25]  # b_0 = 0, 0.5, 0.75; b_1 = 0


def test_without_a_baseline_rewards_stay_as_they_are() -> None:
    reward, memory = Correctness(baseline=0.0), Correctness(baseline=0.0).start(2)
    assert [reward.pulses(trial(0, [1, 0]), memory)[0][1] for _ in range(3)] == [1.0] * 3


@pytest.mark.parametrize(
    ("label", "scores", "is_right"),
    [(0, [2, 1], True), (1, [2, 1], False), (0, [2, 2], False), (0, [0, 0], False), (0, [0], True)],
)
def test_only_the_highest_score_alone_is_right(
    label: int, scores: list[float], is_right: bool
) -> None:
    assert trial(label, scores).is_right is is_right
    ((_, value),) = Correctness(right=3.0, wrong=-4.0, baseline=0.0).pulses(
        trial(label, scores), Correctness().start(len(scores))
    )
    assert value == (3.0 if is_right else -4.0)


def test_coincidences_are_counted_once_for_each_second_spike() -> None:
    """Channel 1 in steps 3, 5, 20, 40; neuron 2 in 2 (before all), 5 (0 ms), 9 (4), 25 (5), 46."""
    first = train([(3, 1), (5, 1), (20, 1), (40, 1), (44, 0)], 2)
    second = train([(2, 2), (5, 2), (9, 2), (25, 2), (46, 2), (6, 0)], 3)
    fixed = {"shortest_delay": 10.0, "longest_delay": 10.0, "value": -2.0}
    reward = Coincidence(pre=1, post=2, window=5.0, **fixed)
    assert reward.pulses(trial(0, [1], first, second), {}) == (
        *((15.0, -2.0), (19.0, -2.0), (35.0, -2.0)),
    )
    none = Coincidence(pre=1, post=1, window=5.0)
    assert none.pulses(trial(0, [1], first, second), {}) == ()
    assert reward.pulses(trial(0, [1], train([], 2), second), {}) == ()


def test_a_window_of_whole_steps_holds_them() -> None:
    """3 steps of 0.1 ms are 0.30000000000000004 ms, and within 0.3 ms."""
    first, second = train([(10, 0)], 1, dt=0.1), train([(13, 0), (14, 0)], 1, dt=0.1)
    reward = Coincidence(window=0.3, shortest_delay=0.0, longest_delay=0.0)
    ((time, _),) = reward.pulses(trial(0, [1], first, second), {})
    assert time == pytest.approx(1.3)


def test_delays_are_even_between_their_bounds() -> None:
    """Mean and variance of 4000 draws, and their extremes."""
    second = train([(step, 0) for step in range(STEPS)], 1)
    reward, times = Coincidence(window=1.0, shortest_delay=20.0, longest_delay=80.0), []
    rng = np.random.default_rng(2)
    for _ in range(80):
        pulses = reward.pulses(Trial(0, np.zeros(1), (second, second), rng), {})
        times += [time - step for step, (time, _) in enumerate(pulses)]
    assert len(times) == 4000
    assert 20.0 <= min(times) < max(times) <= 80.0
    # 60/sqrt(12) is the standard deviation of one, 2.6 % that of the variance of 4000.
    assert np.mean(times) == pytest.approx(50.0, abs=4 * 60 / np.sqrt(12 * 4000))
    assert np.var(times) == pytest.approx(60**2 / 12, rel=4 * np.sqrt(0.8 / 4000))


def conditioned(values: list[float], delay: float, count: int, **fields: Any) -> tuple[Any, Any]:
    """Return weights before and after, of one neuron that each of three inputs makes fire."""
    weak = LIFNeuron(v_rest=-65.0, v_thresh=-64.95)
    parameters = NetworkParameters(
        hidden=(SpikingLayer(size=1, neuron=weak),), readout=SpikeCount()
    )
    net = NeuroSpikeNetwork.from_parameters(parameters, 3, 3, 0, "float64", "numpy")
    net.is_calibrated = True
    net.weights["hidden.0.weight"][:] = first = np.array([[0.5], [0.4], [0.6]])
    reward = {"type": "by_class", "values": values, "delay": delay}
    rule: RewardSTDP = rule_of(
        layers=(0,), reward=reward, w_min=0.0, w_max=1.0, learning_rate=0.2,
        weight_dependence={"type": "multiplicative"}, **fields,
    )  # fmt: skip
    labels = np.tile([0, 1, 2], count)
    samples = [train([(4, label)], 3) for label in labels]
    rule.update(net, SpikeTrain.batch(samples), labels, rule.start(net))
    return first[:, 0], net.weights["hidden.0.weight"][:, 0]


@pytest.mark.parametrize("modulation", ["instant", "dopamine"])
def test_the_rewarded_synapse_rises_and_the_others_do_not(modulation: str) -> None:
    """In a trial one pair, Δt = 0 in step 4, and one reward r, 66 ms later: each time a share

        q = learning_rate a_plus |r| e^(-66/tau_e)          instant: Florian's MSTDPET
        q times tau_e tau_d/(tau_e + tau_d)                 dopamine: Izhikevich's integral

    of the way to the bound: w_n = 1 - (1 - w_0) (1 - q)^n upwards, w_0 (1 - q)^n downwards.
    """
    tau_d = 2.0
    other = {"modulation": {"type": "dopamine", "tau_d": tau_d}} if modulation == "dopamine" else {}
    first, last = conditioned([0.8, 0.0, -0.5], 20.0, 12, **other)
    factor = 30.0 * tau_d / (30.0 + tau_d) if other else 1.0
    q = 0.2 * exp(-(STEPS + 20.0 - 4.0) / 30.0) * factor
    assert last[0] == pytest.approx(1.0 - (1.0 - first[0]) * (1.0 - 0.8 * q) ** 12, rel=1e-13)
    assert last[1] == first[1]
    assert last[2] == pytest.approx(first[2] * (1.0 - 0.5 * q) ** 12, rel=1e-13)
    assert last[0] - first[0] > 0.05


def test_a_threshold_moves_once_the_trial_is_over() -> None:
    """Two spikes of 0.25 mV each, counted at the end; what was there before has decayed by then."""
    layer = SpikingLayer(
        size=1,
        neuron=LIFNeuron(v_rest=-65.0, v_thresh=-64.5),
        adaptive_threshold=AdaptiveThreshold(theta_plus=0.25, tau_theta=1000.0),
    )
    parameters = NetworkParameters(hidden=(layer,), readout=SpikeCount())
    net = NeuroSpikeNetwork.from_parameters(parameters, 1, 2, 0, "float64", "numpy")
    net.is_calibrated = True
    net.weights["hidden.0.weight"][:] = 0.8
    rule = rule_of(layers=(0,), reward={"type": "by_class", "values": [0.0, 0.0]})
    sample = train([(4, 0), (49, 0)], 1)
    # A threshold of 0.5 + 0.25 mV is still below the jump of 0.8 mV: both spikes come at once.
    rule.update(net, sample, np.array([0]), rule.start(net))
    assert net.weights["hidden.0.theta"] == pytest.approx(0.5, rel=1e-14)
    rule.update(net, sample, np.array([0]), rule.start(net))  # 1 mV to reach: silence
    assert net.weights["hidden.0.theta"] == pytest.approx(0.5 * exp(-STEPS / 1000.0), rel=1e-13)
