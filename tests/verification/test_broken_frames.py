"""Engines whose frame around the laws is wrong: `verify` notices each.

`test_verify.py` breaks the laws, which both engines share and which alone hold time constants; here
the source of an engine is run with a fragment replaced.
"""

from __future__ import annotations

from types import ModuleType

import pytest

from neurospike_cli.engine import numpy_layer, numpy_recurrence
from neurospike_cli.engine.kernels import forward
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.neurons import (
    postsynaptic_potential,
    recurrence,
    reset,
    spike_times,
)
from tests.changed_source import Changes, replace_in_source

#: What the frames' mistakes are in the NumPy engine: module, function, fragments.
NUMPY: dict[str, tuple[ModuleType, str, Changes]] = {
    "wrong sign of the input": (
        numpy_layer,
        "simulate",
        {"step.advance(state, drive)": "step.advance(state, -drive)"},
    ),
    "reset a step late": (
        numpy_layer,
        "simulate",
        {
            "        if spiking.size:\n"
            "            _put(state, spiking, step.reset(_some(state, spiking)))": (
                "        late = fired[-2] if k else NOBODY\n"
                "        _put(state, late, step.reset(_some(state, late)))"
            )
        },
    ),
    "refractory period a step short": (
        numpy_layer,
        "refractory",
        {"max(0, step - steps)": "max(0, step - steps + 1)"},
    ),
    "refractory period a step long": (
        numpy_layer,
        "refractory",
        {"max(0, step - steps)": "max(0, step - steps - 1)"},
    ),
    "clamped neurons integrate": (
        numpy_layer,
        "simulate",
        {"        _put(state, blocked, held)\n        np.copyto": "        np.copyto"},
    ),
    "> for >= at threshold": (numpy_layer, "simulate", {"now >= 0": "now > 0"}),
    "synapse without memory": (
        numpy_layer,
        "simulate",
        {"drive, synaptic = synapse.arrive": "drive, _ = synapse.arrive"},
    ),
    "recurrent input a step late": (
        numpy_recurrence,
        "feedback",
        {
            "if step > delay]": "if step > delay + 1]",
            "fired[step - 1 - pairs": "fired[step - 2 - pairs",
        },
    ),
    "delay a step short": (
        numpy_recurrence,
        "feedback",
        {"- pairs.delays[which]]": "- max(0, pairs.delays[which] - 1)]"},
    ),
    "wrong sign of recurrent weights": (
        numpy_recurrence,
        "feedback",
        {"pairs.indices, values, out": "pairs.indices, -values, out"},
    ),
    "wrong sign of inhibition": (
        numpy_recurrence,
        "feedback",
        {"out.dtype.type(strength)": "out.dtype.type(-strength)"},
    ),
    "inhibition of oneself": (
        numpy_recurrence,
        "feedback",
        {"(spikes[fired // neurons] - 1)": "spikes[fired // neurons]"},
    ),
    "inhibition a step late": (
        numpy_recurrence,
        "feedback",
        {
            "step > inhibition.delay:\n            inhibit(": (
                "step > inhibition.delay + 1:\n            inhibit("
            ),
            "fired[step - 1 - inhibition": "fired[step - 2 - inhibition",
        },
    ),
}

RESET = "put(state, j, laws.step.reset(element(state, j, laws.initial)))"
#: The same mistakes in the compiled engine's `run_samples`.
COMPILED: dict[str, Changes] = {
    "wrong sign of the input": {
        "step.advance(before, arrived[0])": "step.advance(before, -arrived[0])"
    },
    "reset a step late": {
        RESET: "pass",
        "        starts[row] = write\n": (
            "        if row > base:\n"
            "            for j in channels[starts[row - 1] : write]:\n"
            f"                {RESET}\n"
            "        starts[row] = write\n"
        ),
    },
    "refractory period a step short": {"laws.refractory_steps + 1": "laws.refractory_steps"},
    "refractory period a step long": {"laws.refractory_steps + 1": "laws.refractory_steps + 2"},
    "clamped neurons integrate": {"after = step.hold(before)": "pass"},
    "> for >= at threshold": {
        "step.overshoot(after)\n        fires[j] = (over[j] >= 0)": (
            "step.overshoot(after)\n        fires[j] = (over[j] > 0)"
        )
    },
    "synapse without memory": {"put(synaptic, j, arrived[1])": "pass"},
    "recurrent input a step late": {
        "passed > delays[c]": "passed > delays[c] + 1",
        "row - 1 - delays[c]": "row - 2 - delays[c]",
    },
    "delay a step short": {"row - 1 - delays[c]": "row - 1 - max(0, delays[c] - 1)"},
    "wrong sign of recurrent weights": {"+= weights[p]": "-= weights[p]"},
    "wrong sign of inhibition": {
        "by_all = strength": "by_all = -strength",
        "by_others = strength": "by_others = -strength",
    },
    "inhibition of oneself": {"(stop - start - 1)": "(stop - start)"},
    "inhibition a step late": {
        "row - base > pairs.pause": "row - base > pairs.pause + 1",
        "row - 1 - pairs.pause": "row - 2 - pairs.pause",
    },
}


def misses(engine: str) -> list[Measurement]:
    """Return what the rows of `verify neurons` that look at the frame find wrong."""
    checks = (spike_times, reset, recurrence, postsynaptic_potential)
    return [row for check in checks for row in check.measure(engine) if not row.ok]


@pytest.mark.parametrize("mistake", NUMPY)
def test_a_broken_frame_of_the_numpy_engine_is_found(
    mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_in_source(monkeypatch, *NUMPY[mistake])
    assert misses("numpy")


@pytest.mark.parametrize("mistake", COMPILED)
def test_a_broken_frame_of_the_compiled_engine_is_found(
    mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_in_source(monkeypatch, forward, "run_samples", COMPILED[mistake])
    assert misses("compiled")


def test_both_engines_are_broken_alike() -> None:
    assert set(NUMPY) == set(COMPILED)


def test_running_the_source_as_it_is_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found above are the mistakes, not the way in which they were made."""
    for module, function, _ in NUMPY.values():
        replace_in_source(monkeypatch, module, function, {})
    replace_in_source(monkeypatch, forward, "run_samples", {})
    assert not hasattr(forward.run_samples, "py_func")
    assert misses("numpy") == misses("compiled") == []
