"""`neurospike inspect`: what a file or folder is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neurospike_cli.commands._session import session_of


def inspect(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(help="A recording, data set, config or run.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value of a config."),
    ] = None,
) -> None:
    """Say what a recording, data set, config or run is."""
    from neurospike_cli.training.inspection import describe

    session = session_of(ctx)
    title, facts = describe(path, set_ or (), session.note)
    width = max(len(name) for name in facts)
    lines = [f"{name:<{width}}  {value}" for name, value in facts.items()]
    document = {name.replace(" ", "_"): value for name, value in facts.items()}
    session.result("\n".join([f"{path}: {title}", *lines]), {"kind": title} | document)
