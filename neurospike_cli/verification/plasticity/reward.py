"""One pair of spikes and one reward, both ways in which a reward reaches it.

A pair at time s with z = a_plus exp(-Δt/tau_plus), or -a_minus exp(-Δt/tau_minus), and a reward r
at t_r change the weight by a share of the span,

    learning_rate r z exp(-(t_r - s)/tau_e)                        instant, t_r >= s; else 0
    learning_rate r z k exp(-(t_r - s)/tau_e)                      dopamine, t_r >= s
    learning_rate r z k exp(-(s - t_r)/tau_d)                      dopamine, t_r < s

k = tau_e tau_d/(tau_e + tau_d): the integrals of c' = -c/tau_e, d' = -d/tau_d, w' = c d (Izhikevich
2007), and MSTDPET (Florian 2007) without its factor 1/tau_e. No step width is in them: the sum over
steps of h/(1 - exp(-h/k)) in place of k, which is Euler's, is larger by h/(2 k).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import numpy as np

from neurospike_cli.engine.plasticity import NO_UPKEEP
from neurospike_cli.engine.selection import engine_named
from neurospike_cli.events.spike_train import SpikeTrain
from neurospike_cli.learning._driven import NEURON
from neurospike_cli.learning.reward_stdp import RewardSTDP
from neurospike_cli.network.topology import Layer
from neurospike_cli.verification._measurement import Measurement

STEPS, RATE, VALUE = 200, 0.5, 0.8
TAU_E, TAU_D = 1000.0, 200.0
#: Steps of the presynaptic and of the postsynaptic spike, and the time of the reward in ms.
CASES = ((40, 52, 300.5), (52, 40, 300.5), (40, 40, 40.0), (40, 52, 1052.0), (40, 52, 30.0))


def measure(engine: str) -> list[Measurement]:
    """Measure single pairs on steps of 1 and 0.25 ms: after, before and at the reward."""
    rows = []
    for modulation in ({"type": "instant"}, {"type": "dopamine", "tau_d": TAU_D}):
        rule = RewardSTDP.model_validate(
            {"tau_e": TAU_E, "a_plus": 0.7, "a_minus": 0.9, "modulation": modulation}
        )
        for dt in (1.0, 0.25):
            for pre, post, reward in CASES:
                found = RATE * _eligible(engine, rule, pre, post, [(reward * dt, VALUE)], dt)
                expected = RATE * VALUE * closed_form(rule, pre * dt, post * dt, reward * dt)
                quantity = (
                    f"{modulation['type']}: pre {pre * dt:g}, post {post * dt:g}, reward "
                    f"{reward * dt:g} ms (of the span)"
                )
                tolerance = 1e-13 * abs(expected)  # a handful of factors, each within 1e-16
                rows.append(
                    Measurement(engine, "reward_stdp", quantity, found, expected, tolerance)
                )
    return rows


def closed_form(rule: RewardSTDP, pre: float, post: float, reward: float) -> float:
    """Return what a reward of 1 makes of one pair; times in ms."""
    up, down = rule.a_plus, -rule.a_minus
    lag, pair = post - pre, max(pre, post)
    z = up * exp(-lag / rule.tau_plus) if lag >= 0 else down * exp(lag / rule.tau_minus)
    since = reward - pair
    if rule.modulation.component_name == "instant":
        return z * exp(-since / TAU_E) if since >= 0 else 0.0
    both = 1.0 / (1.0 / TAU_E + 1.0 / TAU_D)
    return z * both * exp(-since / TAU_E if since >= 0 else since / TAU_D)


def _eligible(
    engine: str,
    rule: RewardSTDP,
    pre: int,
    post: int,
    rewards: Sequence[tuple[float, float]],
    dt: float,
) -> float:
    """Return Σ r z of one synapse, as an engine finds it."""
    layer, found = Layer("rewarded", 1, 1, NEURON), np.zeros((1, 1))
    plan = rule.plan(layer, dt, STEPS, 1.0, NO_UPKEEP)
    plan = plan._replace(fade=rule.fade(tuple(rewards), dt, STEPS))
    before, after = (_spike(step, dt) for step in (pre, post))
    engine_named(engine).learn_pairs(layer, before, after, plan, found)
    return float(found[0, 0])


def _spike(step: int, dt: float) -> SpikeTrain:
    one = np.array([step]), np.zeros(1, np.int64)
    return SpikeTrain.from_pairs(*one, dt=dt, n_steps=STEPS, n_channels=1)
