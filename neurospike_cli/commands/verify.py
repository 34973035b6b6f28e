"""`neurospike verify`: the shipped models against their closed forms, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neurospike_cli.commands._session import session_of
from neurospike_cli.errors import GateError, UsageError

if TYPE_CHECKING:
    from neurospike_cli.verification._measurement import Measurement

ALL, OF_TRACES = "all", "plasticity"


def verify(
    ctx: typer.Context,
    group: Annotated[
        str, typer.Argument(help="A group of checks: camera, neurons, plasticity, or all.")
    ] = ALL,
    trace: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Instead: spikes and weights of one synapse, recorded by any simulator, as CSV"
            " with the columns time,event,weight (ms; pre, post or weight). Tells which convention"
            " of STDP they follow.",
            show_default=False,
        ),
    ] = None,
    tau_plus: Annotated[
        float | None,
        typer.Option(metavar="MS", help="With --trace: known; else fitted.", show_default=False),
    ] = None,
    tau_minus: Annotated[
        float | None,
        typer.Option(metavar="MS", help="With --trace: known; else fitted.", show_default=False),
    ] = None,
    w_min: Annotated[float, typer.Option(help="With --trace: soft bound below.")] = 0.0,
    w_max: Annotated[float, typer.Option(help="With --trace: soft bound above.")] = 1.0,
    tolerance: Annotated[
        float,
        typer.Option(help="With --trace: largest deviation of a fit, as share of all change."),
    ] = 1e-6,
) -> None:
    """Measure the models against their closed forms. Exits with 5 on any miss."""
    from neurospike_cli.verification._measurement import groups, measure

    if group not in (*groups(), ALL):
        raise UsageError(f"no checks of `{group}`; expected one of {', '.join((*groups(), ALL))}")
    if trace is not None:
        if group != OF_TRACES:
            raise UsageError(f"--trace belongs to `verify {OF_TRACES}`; got `verify {group}`")
        _fit(ctx, trace, (tau_plus, tau_minus), (w_min, w_max), tolerance)
        return
    chosen = groups() if group == ALL else (group,)
    rows = [row for name in chosen for row in measure(name)]
    session_of(ctx).result(_table(rows), [row.as_document() for row in rows])
    missed = sum(not row.ok for row in rows)
    if missed:
        raise GateError(f"{missed} of {len(rows)} measurements miss their closed form")


def _fit(
    ctx: typer.Context,
    path: Path,
    taus: tuple[float | None, float | None],
    bounds: tuple[float, float],
    tolerance: float,
) -> None:
    """Tell which convention a recording follows, and raise where none does."""
    from neurospike_cli.verification._trace_file import read_trace
    from neurospike_cli.verification._trace_fit import Given, fits_of
    from neurospike_cli.verification._trace_report import table_of, verdict

    for name, tau in zip(("--tau-plus", "--tau-minus"), taus, strict=True):
        if tau is not None and not tau > 0:
            raise UsageError(f"{name} must be greater than 0 ms; got {tau:g}")
    if not bounds[0] < bounds[1]:
        raise UsageError(f"--w-min must be below --w-max; got {bounds[0]:g} and {bounds[1]:g}")
    fits = fits_of(read_trace(path), Given(*taus, *bounds))
    said = verdict(fits, tolerance)
    if fits[0].deviation > tolerance:
        session_of(ctx).result(_aligned(table_of(fits)), [fit.as_document() for fit in fits])
        raise GateError(said)
    text = f"{_aligned(table_of(fits))}\n\n{said}"
    session_of(ctx).result(text, [fit.as_document() for fit in fits])


def _table(rows: list[Measurement]) -> str:
    head = ("engine", "model", "quantity", "measured", "closed form", "error", "tolerance", "")
    return _aligned([head, *(_cells(row) for row in rows)])


def _cells(row: Measurement) -> tuple[str, ...]:
    return (
        row.engine,
        row.model,
        row.quantity,
        f"{row.measured:.10g}",
        f"{row.expected:.10g}",
        f"{row.error:.1e}",
        f"{row.tolerance:.1e}",
        "ok" if row.ok else "MISS",
    )


def _aligned(cells: list[tuple[str, ...]]) -> str:
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )
