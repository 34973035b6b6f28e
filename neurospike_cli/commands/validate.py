"""`neurospike validate`: every error of a config at once, and every warning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer


def validate(
    ctx: typer.Context,
    configs: Annotated[list[Path], typer.Argument(metavar="CONFIG...", help="YAML files.")],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="K=V", help="Lay a value over every config; repeatable."),
    ] = None,
    format_: Annotated[
        Literal["full", "concise", "json"],
        typer.Option("--format", help="Excerpts, one line an error, or a JSON list of errors."),
    ] = "full",
) -> None:
    """Say every error and warning of a config at once. Reads no data and runs nothing."""
    from neurospike_cli.commands._session import session_of
    from neurospike_cli.config.validation import check_config

    session = session_of(ctx)
    checked = [check_config(path, overrides or ()) for path in configs]
    if session.json or format_ == "json":
        session.print_json([document for config in checked for document in config.documents])
    else:
        for config in checked:
            # What a program asked for is the result; the full form is for the eye, as everywhere.
            say = session.complain if format_ == "full" and not config.ok else print
            say(config.text(format_))
            if format_ == "full":
                session.warn(config.warning)
    if not all(config.ok for config in checked):
        raise typer.Exit(2)
