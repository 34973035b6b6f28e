"""`neurospike generate`: from a config to the files of its data set."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neurospike_cli.commands._session import Session, session_of
from neurospike_cli.errors import DataError, InterruptedRunError, RunError

if TYPE_CHECKING:
    from neurospike_cli.commands._counting import Counter
    from neurospike_cli.events.stored.dataset_folder import Manifest
    from neurospike_cli.events.stored.dataset_generation import Plan
    from neurospike_cli.events.stored.dataset_reader import StoredDataset


def generate(
    ctx: typer.Context,
    config: Annotated[Path, typer.Argument(help="The experiment's YAML file.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value, e.g. seed=3."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Short for --set seed=N.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The new folder; without it, outputs/NAME-data.", show_default=False),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where it was stopped, if it was.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=1024, help="Number of processes; without it, of cores.", show_default=False
        ),
    ] = None,
) -> None:
    """Build the data set of a config. Events per split, labels, hashes and pictures."""
    from neurospike_cli.config.load import load_experiment
    from neurospike_cli.events.stored.dataset_generation import plan_for

    session = session_of(ctx)
    overrides = [*(set_ or []), *([] if seed is None else [f"seed={seed}"])]
    experiment = load_experiment(config, overrides).experiment
    target = out or Path("outputs") / f"{experiment.name}-data"
    plan = plan_for(experiment.data, experiment.seed)
    manifest = _finished(plan, target) if resume else None
    if manifest is None:
        manifest = _generated(session, plan, target, resume=resume, workers=workers)
    else:
        session.note("the data set is complete; nothing to do")
    counts = ", ".join(
        f"{split} {manifest.recordings[split]:,} ({manifest.events[split]:,} events)"
        for split in manifest.recordings
    )
    session.note(f"Recordings: {counts}")
    session.note(f"Next: train on it with `data: {{source: dataset, root: {target}}}`")
    document = manifest.model_dump(mode="json", exclude={"source"})
    session.result(str(target), {"path": str(target), **document})


def _generated(session: Session, plan: Plan, target: Path, **options: Any) -> Manifest:
    from neurospike_cli.commands._counting import counting
    from neurospike_cli.events.stored.dataset_generation import generate_dataset

    with (
        counting(session, "Recordings", plan.total) as counter,
        _stoppable(session, target, counter),
    ):

        def draw(stored: StoredDataset) -> None:
            from neurospike_cli.figures._contact_sheet import draw_dataset

            counter.turn_to("Pictures")
            draw_dataset(stored, plan.source.signal)

        return generate_dataset(plan, target, **options, advance=counter.advance, decorate=draw)


def _finished(plan: Plan, target: Path) -> Manifest | None:
    """Return the manifest of a data set that is there already, if it is the one that is asked for.

    Raises:
        RunError: it is another one.
        DataError: it is none, or damaged.
    """
    from neurospike_cli.differences import differences
    from neurospike_cli.events.stored.dataset_reader import open_dataset

    if not target.exists():
        return None
    manifest = open_dataset(target).manifest
    there, asked = ({"seed": d.seed, "data": d.source} for d in (manifest, plan.description()))
    rows = differences(there, asked, "folder")
    if rows:
        message = "is another data set: " + "; ".join(rows)
        raise RunError(message, where=str(target), hint="name another folder with --out")
    return manifest


@contextmanager
def _stoppable(session: Session, target: Path, counter: Counter) -> Iterator[None]:
    """Say how to go on where the user, the disk or the data ends the work."""
    from neurospike_cli.events.stored.partial_folder import partial_path

    partial, again = partial_path(target), "the same command with --resume goes on"
    done = "{0.done:,} of {0.total:,} recordings are kept"
    try:
        with _terminable():
            yield
    except KeyboardInterrupt:
        if not partial.exists():
            raise
        message = f"interrupted; {done.format(counter)}"
        raise InterruptedRunError(message, where=str(partial), hint=again) from None
    except DataError:
        if partial.exists():
            session.note(f"{partial}: {done.format(counter)}; once the data is mended, {again}")
        raise
    except RunError as error:
        if error.hint is None and partial.exists():
            raise RunError(error.message, where=error.where, hint=again) from error
        raise


@contextmanager
def _terminable() -> Iterator[None]:
    """Make a request to end the process the same as the user's Ctrl-C."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    # Only the main thread may set handlers; elsewhere signals do not arrive anyway.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
