"""`neurospike init`: a commented starter config."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    ctx: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Where to; made if it is not there.")
    ] = Path(),
    template: Annotated[
        str, typer.Option("--template", metavar="NAME", help="Which config; see --list.")
    ] = "quickstart",
    list_: Annotated[bool, typer.Option("--list", help="Show the templates and stop.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there.")] = False,
) -> None:
    """Write a starter config and a Makefile. Overwrites nothing without --force."""
    from neurospike_cli.commands._session import session_of
    from neurospike_cli.config.templates import template_names, template_title, write_starter

    session = session_of(ctx)
    if list_:
        titles = {name: template_title(name) for name in template_names()}
        width = max(map(len, titles))
        session.result("\n".join(f"{n:<{width}}  {t}" for n, t in titles.items()), titles)
        return
    paths = [str(path) for path in write_starter(directory, template, force=force)]
    session.result("\n".join(paths), {"template": template, "files": paths})
    session.note(f"next: neurospike train {paths[0]}")
