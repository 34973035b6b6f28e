"""`neurospike plot`: figures of a run."""

from __future__ import annotations

import pkgutil
from pathlib import Path
from typing import Annotated

import typer

from neurospike_cli import figures

#: Not registry.module_names: the registry brings pydantic and would slow every `--help`.
KINDS = tuple(
    module.name
    for module in pkgutil.iter_modules(figures.__path__)
    if not module.name.startswith("_")
)


def plot(
    ctx: typer.Context,
    target: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|CONFIG",
            help="A run directory, or a config: its latest run.",
            show_default=False,
        ),
    ],
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="K",
            help=f"Figure to draw, more than once for more: {', '.join(KINDS)}."
            " Without it, all that show this run alone.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[str, typer.Option(metavar="png|svg|pdf", help="File format.")] = "png",
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder to write into; without it, the run's `figures`.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Draw figures of a run; print their paths.

    Figures read the run directory and never run the network again; filter_roc makes some recordings
    of its config again.
    """
    from neurospike_cli.commands._session import session_of
    from neurospike_cli.figures._drawing import FORMATS, check_name, draw_figures
    from neurospike_cli.runs.locate import find_run

    for name in kind or ():
        check_name(name, KINDS, "figure")
    check_name(format, FORMATS, "format")
    run = find_run(target)
    paths = [str(path) for path in draw_figures(run, kind or (), format, out)]
    session_of(ctx).result("\n".join(paths), {"run": str(run), "figures": paths})
