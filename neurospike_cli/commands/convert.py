"""`neurospike convert`: a recording in another format."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from neurospike_cli.commands._session import session_of
from neurospike_cli.errors import RunError, UsageError

if TYPE_CHECKING:
    from neurospike_cli.events.formats._writable_format import WritableFormat


def convert(
    ctx: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN", help="A recording.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="The new file.")],
    to: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help="Without it, what OUT ends with.", show_default=False),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FORMAT", help="Without it, IN's content tells.", show_default=False
        ),
    ] = None,
    sensor: Annotated[
        str | None,
        typer.Option(metavar="WxH", help="Its size where IN does not tell it.", show_default=False),
    ] = None,
    outside: Annotated[
        Literal["error", "drop"], typer.Option(help="Events outside of the sensor.")
    ] = "error",
    unordered: Annotated[
        Literal["error", "sort", "drop"], typer.Option(help="Events that go back in time.")
    ] = "error",
    recover: Annotated[
        bool, typer.Option("--recover", help="Read a file that is cut off up to there.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace OUT.")] = False,
) -> None:
    """Write a recording in another format. What is left out is counted."""
    from neurospike_cli.commands._counting import counting
    from neurospike_cli.events.conversion import convert_recording
    from neurospike_cli.events.recognition import format_named, recognise

    session = session_of(ctx)
    writer = _writer(target, to)
    if target.exists() and not force:
        raise RunError("is there already", where=str(target), hint="--force replaces it")
    policies: dict[str, Any] = {"outside": outside, "unordered": unordered, "recover": recover}
    policies |= {"sensor": _size(sensor)} if sensor else {}
    reader = format_named(from_, **policies) if from_ else recognise(source, **policies)
    with counting(session, "Converting") as counter:
        made = convert_recording(source, reader, target, writer, counter.watch)
    for reason, count in made.dropped.items():
        session.note(f"Not written: {count:,} {reason.replace('_', ' ')}")
    for text in made.lost:
        session.note(f"Not told by the new file: {text}")
    session.note(f"{made.events:,} events of {made.width}×{made.height} px: {writer.name}")
    document = {"path": str(target), "from": reader.name, "to": writer.name}
    session.result(str(target), document | asdict(made))


def _writer(target: Path, name: str | None) -> WritableFormat:
    """Return the format that is asked for by its name or by what the new file ends with."""
    from neurospike_cli.events.recognition import writers

    family = writers()
    ends = {suffix: format_ for format_ in family.values() for suffix in format_.suffixes}
    if name is not None:
        if name not in family:
            raise UsageError(f"cannot write `{name}`; expected one of {', '.join(family)}")
        return family[name]()
    if target.suffix.lower() not in ends:
        raise UsageError(
            f"no format is written to files that end in {target.suffix!r}; "
            f"known: {', '.join(ends)}",
            where=str(target),
            hint=f"or give --to one of {', '.join(family)}",
        )
    return ends[target.suffix.lower()]()


def _size(text: str) -> dict[str, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
        raise UsageError(f"--sensor must be like 346x260; got {text!r}")
    return {"width": int(width), "height": int(height)}
