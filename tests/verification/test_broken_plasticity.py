"""Plasticity that is wrong in the laws, or in an engine's frame around them: `verify` notices.

Laws are changed by their numbers, which both engines share; frames by the source of the engine.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from neurospike_cli.engine import numpy_plasticity
from neurospike_cli.engine.kernels import plastic, synapses
from neurospike_cli.engine.plasticity import Plan
from neurospike_cli.learning._plastic_rule import PlasticRule
from neurospike_cli.learning._synapses import Pairs
from neurospike_cli.verification._measurement import Measurement
from tests.changed_source import Changes, replace_in_source
from tests.engines import ENGINES


def misses(check: str, engine: str) -> list[Measurement]:
    """Return what one check of plasticity finds wrong."""
    rows = import_module(f"neurospike_cli.verification.plasticity.{check}").measure(engine)
    return [row for row in rows if not row.ok]


def in_pairs(**changes: Callable[[Any], Any]) -> Callable[[Plan], Plan]:
    """Return what changes constants of the pair rule."""

    def change(plan: Plan) -> Plan:
        law = plan.law
        if not isinstance(law, Pairs):
            return plan
        values = {name: by(getattr(law, name)) for name, by in changes.items()}
        return plan._replace(law=law._replace(**values))

    return change


#: What is wrong with a plan, and the check that finds it.
PLANS: dict[str, tuple[str, Callable[[Plan], Plan]]] = {
    "wrong sign of depression": ("single_pair", in_pairs(a_minus=lambda a: -a)),
    "amplitudes swapped": (
        "single_pair",
        lambda plan: plan._replace(
            law=plan.law._replace(a_plus=plan.law.a_minus, a_minus=plan.law.a_plus)
        ),
    ),
    "time constants swapped": (
        "single_pair",
        lambda plan: plan._replace(pre=plan.post, post=plan.pre),
    ),
    "decay a step late": (
        "periodic_pairs",
        lambda plan: plan._replace(pre=np.hstack([plan.pre[:, :1], plan.pre[:, :-1]])),
    ),
    "a sum for the nearest": ("periodic_pairs", in_pairs(kept=lambda kept: 1.0)),
    "the nearest for a sum": ("periodic_pairs", in_pairs(kept=lambda kept: 0.0)),
    "ties the other way": ("single_pair", lambda plan: plan._replace(ties=not plan.ties)),
    "no lower bound": ("bounds", in_pairs(w_min=lambda w: w - 10.0)),
    "no upper bound": ("bounds", in_pairs(w_max=lambda w: w + 10.0)),
    "no depression": ("bounds", lambda plan: plan._replace(depresses=False)),
    "silent inputs forgotten": (
        "trace_target",
        lambda plan: plan._replace(reaches_silent=False),
    ),
    "no trace_target": ("trace_target", in_pairs(target=lambda target: 0.0)),
    "threshold that does not fall": (
        "moving_threshold",
        lambda plan: plan._replace(theta_kept=1.0),
    ),
    "decay twice": (
        "upkeep",
        lambda plan: plan._replace(upkeep=plan.upkeep._replace(kept=plan.upkeep.kept**2)),
    ),
    "norm of every sample": (
        "upkeep",
        lambda plan: plan._replace(upkeep=plan.upkeep._replace(every=min(1, plan.upkeep.every))),
    ),
    "scaling the other way": (
        "upkeep",
        lambda plan: plan._replace(upkeep=plan.upkeep._replace(strength=-plan.upkeep.strength)),
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("check", "change"), PLANS.values(), ids=PLANS.keys())
def test_a_broken_plan_is_found(
    check: str, change: Callable[[Plan], Plan], engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = PlasticRule.plan

    def wrong(self: PlasticRule, *arguments: Any) -> Plan:
        return change(right(self, *arguments))

    monkeypatch.setattr(PlasticRule, "plan", wrong)
    assert misses(check, engine)


#: The source of what a step does in the compiled engine; `plastic` has the loops around it.
SYNAPSES = inspect.getsource(synapses)

#: Mistakes of the frame, the check that finds each, and its making in either engine.
FRAMES: dict[str, tuple[str, Changes, Changes]] = {
    "depression after the spike's own potentiation": (
        "single_pair",
        {
            "    if plan.ties:\n        _potentiate(plan, weight, pre, post, step, fired)\n"
            "    post.spike(step, fired, plan.law.postsynaptic)\n": "",
            "    for n in range(times": (
                "    if plan.ties:\n        _potentiate(plan, weight, pre, post, step, fired)\n"
                "    post.spike(step, fired, plan.law.postsynaptic)\n    for n in range(times"
            ),
        },
        {
            "    learn_arrivals(plan, weight, pre, post, events, row, k)\n": "",
            "        spiked(post, fired[e], k, plan.law.postsynaptic(y))\n": (
                "        spiked(post, fired[e], k, plan.law.postsynaptic(y))\n"
                "    learn_arrivals(plan, weight, pre, post, events, row, k)\n"
            ),
        },
    ),
    "traces kept from sample to sample": (
        "trace",
        {
            "    pre = Traces(plan.zero[0], plan.pre, layer.inputs)\n"
            "    post = Traces(plan.zero[1], plan.post, layer.size)\n": (
                "    pre, post = memory_of.setdefault(id(changed), (\n"
                "        Traces(plan.zero[0], plan.pre, layer.inputs),\n"
                "        Traces(plan.zero[1], plan.post, layer.size),\n"
                "    ))\n"
            ),
            "NO_THETA = np.empty(0)\n": "NO_THETA = np.empty(0)\nmemory_of = {}\n",
        },
        {
            "    forget(pre, plan.zero[0])\n    forget(post, plan.zero[1])\n": (
                "    if base == 0:\n"
                "        forget(pre, plan.zero[0])\n        forget(post, plan.zero[1])\n"
            )
        },
    ),
    "potentiation that sees its own spike": (
        "triplets",
        {
            "    if plan.ties:\n        _potentiate(plan, weight, pre, post, step, fired)\n"
            "    post.spike(step, fired, plan.law.postsynaptic)\n": (
                "    post.spike(step, fired, plan.law.postsynaptic)\n"
                "    if plan.ties:\n        _potentiate(plan, weight, pre, post, step, fired)\n"
            ),
        },
        {
            "        for e in range(start, stop):\n"
            "            potentiate_column(plan, weight, pre, post, fired[e], k)\n"
            "    for e in range(start, stop):\n"
            "        y = trace_at(post, plan.post, fired[e], k, plan.zero[1])\n"
            "        spiked(post, fired[e], k, plan.law.postsynaptic(y))\n": (
                "        pass\n"
                "    for e in range(start, stop):\n"
                "        y = trace_at(post, plan.post, fired[e], k, plan.zero[1])\n"
                "        spiked(post, fired[e], k, plan.law.postsynaptic(y))\n"
                "        if plan.ties:\n"
                "            potentiate_column(plan, weight, pre, post, fired[e], k)\n"
            ),
        },
    ),
    "depression that sees its own spike": (
        "triplets",
        {
            "        if plan.depresses:\n"
            "            _depress(plan, weight, pre, post, step, spiking)\n"
            "        pre.spike(step, spiking, plan.law.presynaptic)\n": (
                "        pre.spike(step, spiking, plan.law.presynaptic)\n"
                "        if plan.depresses:\n"
                "            _depress(plan, weight, pre, post, step, spiking)\n"
            ),
        },
        {
            "            if plan.depresses:\n"
            "                depress_row(plan, weight, pre, post, i, k)\n"
            "            spiked(pre, i, k, plan.law.presynaptic(x))\n": (
                "            spiked(pre, i, k, plan.law.presynaptic(x))\n"
                "            if plan.depresses:\n"
                "                depress_row(plan, weight, pre, post, i, k)\n"
            ),
        },
    ),
    "a double spike for one": (
        "pairs",
        {"range(times.max(initial=0))": "range(min(1, times.max(initial=0)))"},
        {"            times = events.counts[e]\n": "            times = 1\n"},
    ),
}


@pytest.mark.parametrize("mistake", FRAMES)
def test_a_broken_frame_of_the_numpy_engine_is_found(
    mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check, changes, _ = FRAMES[mistake]
    replace_in_source(monkeypatch, numpy_plasticity, "_learn_sample", changes)
    assert misses(check, "numpy")


@pytest.mark.parametrize("mistake", FRAMES)
def test_a_broken_frame_of_the_compiled_engine_is_found(
    mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check, _, changes = FRAMES[mistake]
    in_synapses = {old: new for old, new in changes.items() if old in SYNAPSES}
    in_samples = {old: new for old, new in changes.items() if old not in SYNAPSES}
    replace_in_source(monkeypatch, synapses, "learn_step", in_synapses)
    replace_in_source(monkeypatch, plastic, "learn_samples", in_samples)
    assert misses(check, "compiled")


def test_running_the_source_as_it_is_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found above are the mistakes, not the way in which they were made."""
    replace_in_source(monkeypatch, numpy_plasticity, "_learn_sample", {})
    replace_in_source(monkeypatch, synapses, "learn_step", {})
    replace_in_source(monkeypatch, plastic, "learn_samples", {})
    checks = sorted({check for check, _, _ in FRAMES.values()})
    assert [misses(check, engine) for check in checks for engine in ENGINES] == [[]] * 8
