"""Which engine runs: the one that is named, or with `auto` the fastest that is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec

from neurospike_cli.engine.engine import Engine
from neurospike_cli.engine.numpy_engine import NumpyEngine
from neurospike_cli.errors import UsageError


def engine_named(name: str) -> Engine:
    """Return the engine `name`: auto, numpy or compiled.

    Raises:
        UsageError: the compiled engine is asked for and its compiler is not installed.
    """
    return _ENGINES[name]()


def is_compiler_installed() -> bool:
    """Whether Numba is there, which comes with the extra `fast`."""
    return find_spec("numba") is not None


def installed_engines() -> tuple[str, ...]:
    """Return the names of the engines that can run here, the reference first."""
    return ("numpy", "compiled") if is_compiler_installed() else ("numpy",)


def _compiled() -> Engine:
    if not is_compiler_installed():
        raise UsageError(
            "engine: compiled needs Numba, which is not installed",
            hint="pip install 'neurospike-cli[fast]', or engine: auto",
        )
    # Imported only where it is used: the compiler takes a second to load.
    from neurospike_cli.engine.compiled_engine import CompiledEngine

    return CompiledEngine()


def _auto() -> Engine:
    return _compiled() if is_compiler_installed() else NumpyEngine()


_ENGINES: Mapping[str, Callable[[], Engine]] = {
    "auto": _auto,
    "numpy": NumpyEngine,
    "compiled": _compiled,
}
