"""Problems as text: the full form with an excerpt and a caret, one line each, or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from neurospike_cli.config.place import KeyPath, Place, dotted
from neurospike_cli.errors import ConfigError, Problem

_MAX_EXCERPT = 200


def problem_at(
    place: Place, message: str, path: KeyPath = (), *, suggestion: str = "", note: str = ""
) -> Problem:
    """Return the problem `message` of the key `path`, pointing at `place`."""
    return Problem(
        message=message,
        path=dotted(path),
        file=place.file,
        line=place.line,
        column=place.column,
        excerpt=place.excerpt,
        width=max(1, place.width),
        suggestion=suggestion,
        note=note,
    )


def config_error(problems: Iterable[Problem], where: str) -> ConfigError:
    """Return the error that says all `problems` of the config `where`, in the file's order."""
    ordered = tuple(sorted(problems, key=lambda p: _order(p, where)))
    return ConfigError(ordered, where=where, text=full_text(ordered, where))


def full_text(problems: Sequence[Problem], where: str) -> str:
    """Return every problem with its excerpt, and the count at the end."""
    count = f"{len(problems)} error{'s' if len(problems) != 1 else ''}"
    return "\n".join([*map(_block, problems), f"{count} in {where}; nothing was run."])


def warning_text(warnings: Sequence[Problem]) -> str:
    """Return every warning with its excerpt."""
    return "\n".join(map(_block, warnings)).removesuffix("\n")


def concise_text(problems: Sequence[Problem]) -> str:
    """Return one line a problem: ``file:line:col: message (path)``, a warning marked as one."""
    return "\n".join(_line(problem) for problem in problems)


def as_document(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return the problems as plain data for JSON."""
    return [asdict(problem) for problem in problems]


def _order(problem: Problem, where: str) -> tuple[int, str, int, int]:
    # The file itself first, then what it extends, then the --set arguments.
    rank = 0 if problem.file == where else 1 if problem.line else 2
    return rank, problem.file, problem.line, problem.column


def _place(problem: Problem) -> str:
    if not problem.line:
        return problem.file
    return f"{problem.file}:{problem.line}:{problem.column}"


def _line(problem: Problem) -> str:
    path = f" ({problem.path})" if problem.path else ""
    mark = "" if problem.severity == "error" else f"{problem.severity}: "
    return f"{_place(problem)}: {mark}{problem.message}{path}"


def _block(problem: Problem) -> str:
    """Return one problem as in the README's example, with an empty line after it."""
    number = str(problem.line or " ")
    gutter = " " * (len(number) + 2)
    path = f"  ({problem.path})" if problem.path else ""
    head = f"{problem.severity}: {problem.message}"
    lines = [head, f"{gutter[:-1]}--> {_place(problem)}{path}"]
    if problem.excerpt:
        excerpt, column = _shortened(problem)
        width = max(1, min(problem.width, len(excerpt) - column + 1))
        # Tabs stay tabs under tabs, or the caret would stand elsewhere.
        lead = "".join("\t" if c == "\t" else " " for c in excerpt[: column - 1])
        caret = f"{gutter}| {lead}{'^' * width}  {problem.suggestion}".rstrip()
        lines += [f"{gutter}|", f" {number} | {excerpt}".rstrip(), caret]
    elif problem.suggestion:
        lines.append(f"{gutter}= {problem.suggestion}")
    if problem.note:
        lines.append(f"{gutter}= {problem.note}")
    return "\n".join([*lines, ""])


def _shortened(problem: Problem) -> tuple[str, int]:
    """Return the excerpt and the column within it; of a long line only the part that matters."""
    start = max(0, problem.column - 1 - _MAX_EXCERPT // 2)
    if len(problem.excerpt) <= _MAX_EXCERPT:
        start = 0
    return problem.excerpt[start : start + _MAX_EXCERPT], problem.column - start
