"""`neurospike schema`: the JSON Schema of configs, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def schema(
    ctx: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write it here instead of to stdout."),
    ] = None,
) -> None:
    """Print the JSON Schema of a config. Draft 7, for completion and checks in an editor."""
    from neurospike_cli.commands._session import as_json, session_of
    from neurospike_cli.config.json_schema import experiment_schema
    from neurospike_cli.errors import UsageError

    document = experiment_schema()
    if out is None:
        session_of(ctx).print_json(document)
        return
    try:
        out.write_text(as_json(document) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write the schema: {error.strerror}", where=str(out)) from error
    session_of(ctx).result(str(out), {"schema": str(out)})
