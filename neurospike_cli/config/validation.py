"""Checking a config for its errors alone, as `neurospike validate` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurospike_cli.config.load import load_experiment
from neurospike_cli.config.report import as_document, concise_text
from neurospike_cli.errors import ConfigError, Problem, UsageError


@dataclass(frozen=True)
class CheckedConfig:
    """What was found in one config.

    Attributes:
        path: the file.
        problems: all of them, in the order of the file.
        error: the errors as text, empty where there are none.
    """

    path: Path
    problems: tuple[Problem, ...] = ()
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether the config can run."""
        return not self.problems

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The problems as plain data."""
        return as_document(self.problems)

    def text(self, layout: str) -> str:
        """Return the problems as text, ``full`` or ``concise``."""
        if self.ok:
            return f"{self.path}: ok"
        return concise_text(self.problems) if layout == "concise" else self.error


def check_config(path: Path, overrides: Sequence[str] = ()) -> CheckedConfig:
    """Return what is wrong in the config at `path`; a file that cannot be read is a problem too."""
    try:
        load_experiment(path, overrides)
    except ConfigError as error:
        return CheckedConfig(path, error.problems, error.text)
    except UsageError as error:
        return CheckedConfig(path, (Problem(error.message, file=str(path)),), str(error))
    return CheckedConfig(path)
