"""`neurospike generate`: from a config to the files of its data set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neurospike_cli.commands._session import session_of

if TYPE_CHECKING:
    from neurospike_cli.events.dataset_folder import Description, Part
    from neurospike_cli.events.sources.source import Source

PREVIEW = "preview.png"


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
) -> None:
    """Build the data set of a config. Events per split, labels, hashes and a preview."""
    from neurospike_cli.config.load import load_experiment
    from neurospike_cli.events.dataset_folder import write_dataset
    from neurospike_cli.events.new_folder import new_folder

    session = session_of(ctx)
    overrides = [*(set_ or []), *([] if seed is None else [f"seed={seed}"])]
    experiment = load_experiment(config, overrides).experiment
    target = out or Path("outputs") / f"{experiment.name}-data"
    with new_folder(target) as folder:
        parts = _read_all(experiment.data, experiment.seed)
        manifest = write_dataset(folder, _describe(experiment.data, experiment.seed), parts)
        _draw_preview(folder / PREVIEW, experiment.data, parts["train"])
    counts = ", ".join(
        f"{split} {manifest.recordings[split]} ({manifest.events[split]:,} events)"
        for split in manifest.recordings
    )
    session.note(f"Recordings: {counts}")
    document = manifest.model_dump(mode="json", exclude={"source"})
    session.result(str(target), {"path": str(target), **document})


def _read_all(source: Source, seed: int) -> dict[str, Part]:
    """Return every recording as it is before any filter, by split."""
    from neurospike_cli.events.dataset_folder import Part

    return {
        split: Part(recordings, tuple(source.read(i, seed) for i in recordings.tolist()))
        for split, recordings in source.partition(seed).items()
    }


def _describe(source: Source, seed: int) -> Description:
    from neurospike_cli.events.dataset_folder import Description
    from neurospike_cli.events.sensor import Sensor

    width, height = source.sensor_size
    return Description(
        classes=source.class_names(),
        sensor=Sensor(width=width, height=height),
        duration=source.duration,
        seed=seed,
        source=source.model_dump(mode="json"),
    )


def _draw_preview(path: Path, source: Source, part: Part) -> None:
    """Draw the first training recording of each class, over the signal that it is of."""
    from neurospike_cli.figures._style import save_figure
    from neurospike_cli.figures.event_preview import draw_streams

    # The first of each class: later recordings must not replace it, so they go in backwards.
    numbered = zip(reversed(part.streams), reversed(part.recordings.tolist()), strict=True)
    first = {stream.label: (stream, number) for stream, number in numbered}
    shown = [(label, *first[label]) for label in sorted(i for i in first if i is not None)]
    names = [source.class_names()[label] for label, _, _ in shown]
    signals = [source.signal(number) for _, _, number in shown]
    save_figure(draw_streams([stream for _, stream, _ in shown], names, signals), path)
