"""`neurospike inspect`: what a file or folder is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurospike_cli.commands._session import session_of
from neurospike_cli.errors import UsageError

if TYPE_CHECKING:
    from neurospike_cli.training.report import Report

_FORMATS = (".png", ".svg", ".pdf")


def inspect(
    ctx: typer.Context,
    path: Annotated[
        Path, typer.Argument(help="A recording, a folder of them, a data set, config or run.")
    ],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value of a config."),
    ] = None,
    draw: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw a recording, or many of a folder, into this png, svg or pdf.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what a recording, a folder, a data set, a config or a run is."""
    from neurospike_cli.commands._counting import counting
    from neurospike_cli.training.inspection import describe

    session = session_of(ctx)
    if draw is not None and draw.suffix.lower() not in _FORMATS:
        raise UsageError(f"--draw must end in {', '.join(_FORMATS)}; got {draw.name!r}")
    with counting(session, "Reading") as counter:
        report = describe(path, set_ or (), session.note, counter.watch)
    figure = None
    if draw is not None:
        figure = _draw(path, report, draw)
        session.note(f"Figure: {draw}")
    width = max(len(name) for name in report.facts)
    lines = [f"{name:<{width}}  {value}" for name, value in report.facts.items()]
    document = report.document() | ({} if figure is None else {"figure": figure})
    session.result("\n".join([f"{path}: {report.title}", *lines]), document)


def _draw(path: Path, report: Report, target: Path) -> str:
    from neurospike_cli.figures._style import save_figure

    ways = _ways()
    if report.title not in ways:
        hint = "neurospike plot draws a run" if report.title == "a run" else None
        raise UsageError(f"{report.title} is not drawn", where=str(path), hint=hint)
    save_figure(ways[report.title](path, report), target)
    return str(target)


def _ways() -> Mapping[str, Callable[[Path, Report], Any]]:
    """Return what makes the figure of each kind of path, by its title."""
    from neurospike_cli.figures._contact_sheet import dataset_sheet, folder_sheet
    from neurospike_cli.figures._recording_page import recording_page

    def recording(path: Path, report: Report) -> Any:
        assert report.survey is not None, "a recording was surveyed"
        return recording_page(path, report.survey)

    def folder(path: Path, report: Report) -> Any:
        return folder_sheet(path, report.numbers["unread"])

    def nmnist(path: Path, report: Report) -> Any:
        return folder_sheet(path / "Train", report.numbers["unread"])

    return {
        "a recording": recording,
        "a folder of recordings": folder,
        "an N-MNIST folder": nmnist,
        "a data set": lambda path, report: dataset_sheet(path),
    }
