"""Every failure a user can meet, as one tree; only `cli.py` turns it into text and an exit code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal


class Exit(IntEnum):
    """Exit codes of the `neurospike` command."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    DATA = 3
    RUN = 4
    GATE = 5
    DIVERGED = 6
    INTERRUPTED = 130


class NeuroSpikeError(Exception):
    """A failure with a cause a user can act on.

    Args:
        message: what is wrong, and what is allowed.
        where: the file, folder or argument it is about, if any.
        hint: what to do about it, if there is something to say.
    """

    exit_code = Exit.INTERNAL

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        lines = [f"error: {self.message}"]
        if self.where is not None:
            lines.append(f"  --> {self.where}")
        if self.hint is not None:
            lines.append(f"  = {self.hint}")
        return "\n".join(lines)


class UsageError(NeuroSpikeError):
    """The command line or a call asks for something that cannot be done."""

    exit_code = Exit.USAGE


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a config, or only unwise, and the place to change.

    Attributes:
        message: what is wrong and what was got, e.g. ``must be greater than 0; got -20``.
        path: the dotted key, e.g. ``network.hidden.0.neuron.tau_m``; empty for the whole file.
        file: the file's name as the user gave it, or the `--set` argument.
        line, column: from 1; 0 where there is no line.
        excerpt: the text of the line; empty where there is none.
        width: how many characters the caret underlines.
        suggestion: said beside the caret, e.g. ``did you mean `v_thresh`?``.
        note: said below, e.g. the keys that are valid here.
        severity: an error keeps the config from running, a warning does not.
    """

    message: str
    path: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    excerpt: str = ""
    width: int = 1
    suggestion: str = ""
    note: str = ""
    severity: Literal["error", "warning"] = "error"


class ConfigError(UsageError):
    """A config that cannot run, with every problem found in it.

    Args:
        problems: all of them, in the order of the file.
        where: the config's name.
        text: the problems as the user reads them, made in `config/`.
    """

    def __init__(self, problems: tuple[Problem, ...], *, where: str, text: str) -> None:
        super().__init__(f"{len(problems)} problems", where=where)
        self.problems = problems
        self.text = text

    def __str__(self) -> str:
        return self.text


class DataError(NeuroSpikeError):
    """Input data that is missing, corrupt or not what it claims to be."""

    exit_code = Exit.DATA


class RunError(NeuroSpikeError):
    """A run directory that exists, is locked, is damaged or belongs to another config."""

    exit_code = Exit.RUN


class GateError(NeuroSpikeError):
    """A number asked for was not reached."""

    exit_code = Exit.GATE


class DivergedError(NeuroSpikeError):
    """Training produced a loss or a weight that is not finite."""

    exit_code = Exit.DIVERGED


class InterruptedRunError(NeuroSpikeError):
    """The user stopped the run; a checkpoint is saved."""

    exit_code = Exit.INTERRUPTED
