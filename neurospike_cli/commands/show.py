"""`neurospike show`: the config with every default."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def show(
    ctx: typer.Context,
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="YAML file.")],
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="K=V", help="Lay a value over the config; repeatable."),
    ] = None,
    origin: Annotated[
        bool, typer.Option("--origin", help="Say where each value comes from.")
    ] = False,
) -> None:
    """Print a config with every default. `extends` and `--set` are applied."""
    from neurospike_cli.commands._session import session_of
    from neurospike_cli.config.load import load_experiment, origin_table, resolved_yaml

    loaded = load_experiment(config, overrides or ())
    if origin:
        session_of(ctx).result(origin_table(loaded), dict(loaded.origins))
    else:
        session_of(ctx).result(resolved_yaml(loaded.experiment).rstrip(), dict(loaded.resolved))
