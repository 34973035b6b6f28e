"""Checking a config for its errors alone, as `neurospike validate` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurospike_cli.config.load import load_experiment
from neurospike_cli.config.report import as_document, concise_text, warning_text
from neurospike_cli.errors import ConfigError, Problem, UsageError


@dataclass(frozen=True)
class CheckedConfig:
    """What was found in one config.

    Attributes:
        path: the file.
        problems: all errors, in the order of the file.
        warnings: what is unwise, though it runs.
        error: the errors as text, empty where there are none.
    """

    path: Path
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the config can run."""
        return not self.problems

    @property
    def documents(self) -> list[dict[str, Any]]:
        """Errors and warnings as plain data."""
        return as_document((*self.problems, *self.warnings))

    @property
    def warning(self) -> str:
        """The warnings as text, empty where there are none."""
        return warning_text(self.warnings)

    def text(self, layout: str) -> str:
        """Return the errors as text, ``full`` or ``concise``; concisely, with the warnings."""
        verdict = f"{self.path}: ok"
        if layout == "concise":
            listed = concise_text((*self.problems, *self.warnings))
            return "\n".join(part for part in (listed, verdict if self.ok else "") if part)
        return verdict if self.ok else self.error


def check_config(path: Path, overrides: Sequence[str] = ()) -> CheckedConfig:
    """Return what is wrong in the config at `path`; a file that cannot be read is a problem too."""
    try:
        loaded = load_experiment(path, overrides)
    except ConfigError as error:
        return CheckedConfig(path, error.problems, error=error.text)
    except UsageError as error:
        return CheckedConfig(path, (Problem(error.message, file=str(path)),), error=str(error))
    return CheckedConfig(path, warnings=loaded.warnings)
