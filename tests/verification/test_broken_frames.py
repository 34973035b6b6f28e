"""Engines whose frame around the laws is wrong: `verify` notices each.

`test_verify.py` breaks the laws, which both engines share; here the source of an engine is run with
a fragment replaced. The compiled engine's kernels are run as the plain Python that they are: the
same statements, and nothing to compile.
"""

from __future__ import annotations

import inspect
from types import ModuleType

import numba
import pytest

from neurospike_cli.engine import numpy_engine, numpy_layer
from neurospike_cli.engine.kernels import forward
from neurospike_cli.verification._measurement import Measurement
from neurospike_cli.verification.neurons import recurrence, reset, spike_times

Changes = dict[str, str]

#: What the frames' mistakes are in the NumPy engine: module, function, fragments.
NUMPY: dict[str, tuple[ModuleType, str, Changes]] = {
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
    "recurrent input a step late": (
        numpy_engine,
        "_run",
        {
            "        if step > 0:\n            sparse.add_spikes(fired[step - 1]": (
                "        if step > 1:\n            sparse.add_spikes(fired[step - 2]"
            )
        },
    ),
}

RESET = "put(state, j, laws.step.reset(element(state, j, laws.initial)))"
#: The same mistakes in the compiled engine's `run_samples`.
COMPILED: dict[str, Changes] = {
    "reset a step late": {
        RESET: "pass",
        "        previous = write\n": (
            f"        for j in channels[previous:write]:\n            {RESET}\n"
            "        previous = write\n"
        ),
    },
    "refractory period a step short": {"laws.refractory_steps + 1": "laws.refractory_steps"},
    "refractory period a step long": {"laws.refractory_steps + 1": "laws.refractory_steps + 2"},
    "clamped neurons integrate": {"after = step.hold(before)": "pass"},
    "> for >= at threshold": {"over[j] >= 0": "over[j] > 0"},
    "recurrent input a step late": {
        "row > base:": "row > base + 1:",
        "channels, previous, write)\n": "channels, starts[row - 2], previous)\n",
    },
}


def replace_in_source(
    patch: pytest.MonkeyPatch, module: ModuleType, function: str, changes: Changes
) -> None:
    """Let a module's function be what its source says after `changes`."""
    source = inspect.getsource(module)
    for old, new in changes.items():
        assert source.count(old) == 1, f"{old!r} is no longer in {module.__name__}, or not once"
        source = source.replace(old, new)
    namespace = {"__name__": module.__name__}
    with pytest.MonkeyPatch.context() as plain:
        plain.setattr(numba.config, "DISABLE_JIT", True)
        exec(source, namespace)
    patch.setattr(module, function, namespace[function])


def misses(engine: str) -> list[Measurement]:
    """Return what the rows of `verify neurons` that look at the frame find wrong."""
    checks = (spike_times, reset, recurrence)
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


def test_running_the_source_as_it_is_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found above are the mistakes, not the way in which they were made."""
    for module, function, _ in NUMPY.values():
        replace_in_source(monkeypatch, module, function, {})
    replace_in_source(monkeypatch, forward, "run_samples", {})
    assert not hasattr(forward.run_samples, "py_func")
    assert misses("numpy") == misses("compiled") == []
