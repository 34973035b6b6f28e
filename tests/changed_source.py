"""Modules of the engines run as their source says after a change: what a mistake would do.

Kernels of the compiled engine are run as the plain Python that they are: the same statements, and
nothing to compile.
"""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

from neurospike_cli.engine import compiler

#: Fragments of a source and what stands for them.
Changes = dict[str, str]


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
        plain.setattr(compiler, "_jit", lambda kernel, **options: kernel)
        exec(source, namespace)
    patch.setattr(module, function, namespace[function])
