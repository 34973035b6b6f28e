"""One number that a model gives, beside what its closed form says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from neurospike_cli.registry import module_names

PACKAGE = "neurospike_cli.verification"


@dataclass(frozen=True)
class Measurement:
    """A measured number, the closed form's, and how far apart they may be.

    Attributes:
        engine: what ran the model.
        model: the component's name in YAML.
        quantity: what was measured, with its unit and conditions.
        measured, expected: the numbers.
        tolerance: largest allowed difference; 0 for what must be exact.
    """

    engine: str
    model: str
    quantity: str
    measured: float
    expected: float
    tolerance: float

    @property
    def error(self) -> float:
        """The difference."""
        return abs(self.measured - self.expected)

    @property
    def ok(self) -> bool:
        """Whether the difference is allowed; one that is not a number is not."""
        return self.error <= self.tolerance

    def as_document(self) -> dict[str, Any]:
        """Return the measurement for JSON."""
        return {
            "engine": self.engine,
            "model": self.model,
            "quantity": self.quantity,
            "measured": self.measured,
            "expected": self.expected,
            "error": self.error,
            "tolerance": self.tolerance,
            "ok": self.ok,
        }


def groups() -> tuple[str, ...]:
    """Return the names of the groups of checks."""
    paths = import_module(PACKAGE).__path__
    return tuple(sorted(module.name for module in iter_modules(paths) if module.ispkg))


def measure(group: str) -> list[Measurement]:
    """Return the measurements of every check of a group, by everything that can run it."""
    package = f"{PACKAGE}.{group}"
    runners: tuple[str, ...] = import_module(package).RUNNERS
    checks: list[Callable[[str], list[Measurement]]] = [
        import_module(f"{package}.{name}").measure for name in module_names(package)
    ]
    return [row for engine in runners for check in checks for row in check(engine)]
