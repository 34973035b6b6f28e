"""`neurospike verify`: the shipped models against their closed forms, on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from neurospike_cli.commands._session import session_of
from neurospike_cli.errors import GateError, UsageError

if TYPE_CHECKING:
    from neurospike_cli.verification._measurement import Measurement

ALL = "all"


def verify(
    ctx: typer.Context,
    group: Annotated[str, typer.Argument(help="A group of checks, such as neurons, or all.")] = ALL,
) -> None:
    """Measure the models against their closed forms. Exits with 5 on any miss."""
    from neurospike_cli.verification._measurement import groups, measure

    if group not in (*groups(), ALL):
        raise UsageError(f"no checks of `{group}`; expected one of {', '.join((*groups(), ALL))}")
    chosen = groups() if group == ALL else (group,)
    rows = [row for name in chosen for row in measure(name)]
    session_of(ctx).result(_table(rows), [row.as_document() for row in rows])
    missed = sum(not row.ok for row in rows)
    if missed:
        raise GateError(f"{missed} of {len(rows)} measurements miss their closed form")


def _table(rows: list[Measurement]) -> str:
    cells = [("engine", "model", "quantity", "measured", "closed form", "error", "tolerance", "")]
    cells += [
        (
            row.engine,
            row.model,
            row.quantity,
            f"{row.measured:.10g}",
            f"{row.expected:.10g}",
            f"{row.error:.1e}",
            f"{row.tolerance:.1e}",
            "ok" if row.ok else "MISS",
        )
        for row in rows
    ]
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )
