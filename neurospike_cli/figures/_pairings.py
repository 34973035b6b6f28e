"""What single synapses of a run's rules do under pairs of spikes, through the NumPy engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurospike_cli.config.load import load_experiment
from neurospike_cli.figures._run_view import RunView
from neurospike_cli.learning._driven import at, learned
from neurospike_cli.learning._plastic_rule import PlasticRule
from neurospike_cli.runs.directory import RESOLVED_CONFIG

Floats = NDArray[np.float64]

#: Width of a step, in ms.
DT = 1.0
#: Pairs of the frequency curve, their lag in ms, and their amplitudes as a share of the rule's: so
#: small that no bound is met.
NUMBER, LAG, SMALL = 10, 10, 1e-6


@dataclass(frozen=True)
class PlasticPhase:
    """A phase of a run that changes weights by the times of spikes, and its number from 1."""

    number: int
    rule: PlasticRule

    @property
    def middle(self) -> float:
        """The weight half way between the bounds, at which the rule is measured, in mV."""
        return 0.5 * (self.rule.w_min + self.rule.w_max)


def plastic_phases(view: RunView) -> list[PlasticPhase]:
    """Return the phases of the run's config that have a plasticity rule.

    Raises:
        ConfigError: the config of the run is damaged.
    """
    path = view.path / RESOLVED_CONFIG
    if not path.exists():
        return []
    phases = enumerate(load_experiment(path).experiment.training.phases, 1)
    return [PlasticPhase(n, rule) for n, rule in phases if isinstance(rule, PlasticRule)]


def measured_window(phase: PlasticPhase, lags: Sequence[int]) -> Floats:
    """Return what one pair of spikes changes, the running layer's synapse for each lag in steps."""
    centre = max(abs(lag) for lag in lags)
    n_steps = 2 * centre + 1
    pre = np.hstack([at([centre - lag], n_steps) for lag in lags])
    first = np.full((len(lags), 1), phase.middle)
    weights = learned("numpy", _alone(phase.rule), pre, at([centre], n_steps), first, dt=DT)
    return np.asarray(weights[:, 0] - phase.middle, np.float64)


def closed_form(phase: PlasticPhase, lags: Floats) -> Floats:
    """Return what one pair of spikes changes by the rule's equations; a lag of 0 is a pair."""
    rule, law = phase.rule, phase.rule.law(1.0)
    second = () if rule.triplet is None else (0.0,)
    nothing, weights = (0.0, *second), []
    for lag in lags:
        before = (np.exp(-lag / rule.tau_plus) if lag >= 0 else 0.0, *second)
        weight = law.potentiate(phase.middle, before, nothing, 1.0)
        if lag < 0:
            after = (np.exp(lag / rule.tau_minus), *second)
            weight = law.depress(weight, nothing, after, 1.0)
        weights.append(float(weight))
    return np.array(weights) - phase.middle


def by_frequency(phase: PlasticPhase, frequencies: Floats) -> tuple[Floats, Floats]:
    """Return the change by a pair in a train of pairs, post after pre and pre after post."""
    changes = []
    for frequency in frequencies:
        period = round(1e3 / (frequency * DT))
        post = [LAG + period * n for n in range(NUMBER)]
        n_steps = post[-1] + LAG + 1
        pre = np.hstack([at([t - lag for t in post], n_steps) for lag in (LAG, -LAG)])
        first = np.full((2, 1), phase.middle)
        weights = learned(
            "numpy", _alone(phase.rule), pre, at(post, n_steps), first, dt=DT, factor=SMALL
        )
        changes.append((weights[:, 0] - phase.middle) / (SMALL * NUMBER))
    after, before = np.array(changes, np.float64).T
    return after, before


def _alone(rule: PlasticRule) -> PlasticRule:
    """Return the rule without what follows a sample."""
    nothing = {"normalization": None, "synaptic_scaling": None, "weight_decay": 0.0}
    return rule.model_copy(update=nothing)
