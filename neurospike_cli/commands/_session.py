"""How a command speaks: its result on stdout, everything for the eye on stderr."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer


@dataclass(frozen=True)
class Session:
    """The global options of one call of `neurospike`.

    Attributes:
        quiet: say nothing but the result and errors.
        verbose: say more.
        color: ``auto``, ``always`` or ``never``.
        progress: ``auto``, ``bar``, ``lines`` or ``none``.
        json: print the result as one JSON document.
        debug: show tracebacks.
    """

    quiet: bool = False
    verbose: bool = False
    color: str = "auto"
    progress: str = "auto"
    json: bool = False
    debug: bool = False

    def result(self, text: str, document: Mapping[str, Any] | Sequence[Any]) -> None:
        """Print the command's result to stdout: `text`, or with `--json` the document."""
        print(as_json(document) if self.json else text)

    def print_json(self, document: Mapping[str, Any] | Sequence[Any]) -> None:
        """Print `document` to stdout, for a command whose own option asks for JSON."""
        print(as_json(document))

    def note(self, text: str) -> None:
        """Print a line for the eye to stderr, unless quiet."""
        if not self.quiet:
            print(text, file=sys.stderr, flush=True)

    def warn(self, text: str) -> None:
        """Print warnings to stderr, if there are any, unless quiet."""
        if text:
            self.note(painted(text, self.color))

    def complain(self, text: str) -> None:
        """Print an error to stderr, however quiet the session is."""
        print(painted(text, self.color), file=sys.stderr, flush=True)

    def detail(self, text: str) -> None:
        """Print a line to stderr with `-v` only."""
        if self.verbose:
            self.note(text)

    @property
    def shows_bar(self) -> bool:
        """Whether progress is drawn as a bar that moves."""
        wanted = self.progress == "bar" or (self.progress == "auto" and _is_terminal())
        return wanted and not self.quiet

    @property
    def shows_lines(self) -> bool:
        """Whether progress is told as one plain line per epoch."""
        wanted = self.progress == "lines" or (self.progress == "auto" and not _is_terminal())
        return wanted and not self.quiet


def session_of(ctx: typer.Context) -> Session:
    """Return the session that the global options made."""
    session: Session = ctx.obj
    return session


def painted(text: str, choice: str) -> str:
    """Return a text with the heads of errors in red and of warnings in yellow, if colours show.

    Args:
        text: one error or warning, or more.
        choice: ``always``, ``never``, or ``auto`` for a terminal without NO_COLOR.
    """
    colors = {"always": True, "never": False}
    if not colors.get(choice, _is_terminal() and not os.environ.get("NO_COLOR")):
        return text
    for head, color in (("error", 31), ("warning", 33)):
        bold = f"\x1b[1;{color}m{head}\x1b[0m\x1b[1m:\\1\x1b[0m"
        text = re.sub(rf"(?m)^{head}:(.*)$", bold, text)
    return text


def as_json(document: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return `document` as JSON text; a number that is not finite is an error, as in JSON."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
