"""Figures of a run as files: the way of `train`, `evaluate` and `plot` to draw."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from neurospike_cli.errors import UsageError
from neurospike_cli.figures._figure_kind import FigureKind
from neurospike_cli.figures._run_view import open_run
from neurospike_cli.figures._style import save_figure
from neurospike_cli.registry import discover

FORMATS = ("png", "svg", "pdf")


def draw_figures(
    run: Path, kinds: Sequence[str], format: str = "png", out: Path | None = None
) -> list[Path]:
    """Draw figures of a run directory and return their paths, ``<out>/<kind>.<format>``.

    Args:
        run: the run directory.
        kinds: names of figures; none means every figure but those on request.
        format: ``png``, ``svg`` or ``pdf``.
        out: the folder to write into; without it ``<run>/figures``.

    Raises:
        UsageError: a figure or a format that does not exist; nothing is drawn.
        RunError: `run` is not a run directory, or a file in it is damaged.
    """
    known = discover(FigureKind)
    for kind in kinds:
        check_name(kind, tuple(known), "figure")
    check_name(format, FORMATS, "format")
    view = open_run(run)
    folder = run / "figures" if out is None else out
    paths = []
    unasked = [name for name, kind in known.items() if not kind.on_request]
    for kind in dict.fromkeys(kinds or unasked):
        path = folder / f"{kind}.{format}"
        save_figure(known[kind]().draw(view), path)
        paths.append(path)
    return paths


def check_name(name: str, known: Sequence[str], what: str) -> None:
    """Raise a `UsageError` with a suggestion where `name` is not one of `known`."""
    if name in known:
        return
    close = get_close_matches(name, known, n=1)
    suggestion = f"did you mean `{close[0]}`? " if close else ""
    raise UsageError(
        f"unknown {what} `{name}`", hint=f"{suggestion}expected one of {', '.join(known)}"
    )
