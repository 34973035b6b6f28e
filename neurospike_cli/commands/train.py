"""`neurospike train`: from a config to a run directory."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from neurospike_cli.commands._session import Session, session_of
from neurospike_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neurospike_cli.config.load import LoadedConfig
    from neurospike_cli.events.spike_dataset import SpikeDataset
    from neurospike_cli.runs.directory import RunDirectory


def train(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Argument(help="The experiment's YAML file.", show_default=False)
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value, e.g. seed=3."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Short for --set seed=N.")] = None,
    name: Annotated[str | None, typer.Option(help="Short for --set name=S.")] = None,
    out: Annotated[Path, typer.Option(help="The folder that runs are made in.")] = Path("outputs"),
    resume: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Go on with an interrupted run.")
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Check config and data, show network, memory and time."),
    ] = False,
) -> None:
    """Train the network of a config and print the run directory."""
    session = session_of(ctx)
    overrides = [*(set_ or [])]
    overrides += [] if seed is None else [f"seed={seed}"]
    overrides += [] if name is None else [f"name={name}"]
    if resume is not None and dry_run:
        raise UsageError("--dry-run shows what a config would train; it takes no --resume")
    if resume is not None:
        _resume(session, resume, config, overrides)
    elif config is None:
        raise UsageError("no config given", hint="neurospike train CONFIG, or --resume RUN")
    elif dry_run:
        _show_plan(session, config, overrides)
    else:
        _train(session, config, overrides, out)


def _train(session: Session, config: Path, overrides: list[str], out: Path) -> None:
    from neurospike_cli.config.load import load_experiment
    from neurospike_cli.config.report import warning_text

    loaded = load_experiment(config, overrides)
    session.warn(warning_text(loaded.warnings))
    # Data and network are let go of before figures are drawn.
    _finish(session, _train_new(session, loaded, out), loaded)


def _train_new(session: Session, loaded: LoadedConfig, out: Path) -> RunDirectory:
    from neurospike_cli.commands._progress import observer_for
    from neurospike_cli.training.experiment_run import start_run, train_run
    from neurospike_cli.training.memory import require_memory
    from neurospike_cli.training.preparation import TRAINING_SPLITS, prepare

    require_memory(loaded.experiment, str(loaded.path))
    prepared = prepare(loaded.experiment, TRAINING_SPLITS)
    _tell_losses(session, prepared.data)
    run = start_run(loaded, prepared, out)
    observer = observer_for(session, run.log)
    try:
        train_run(run, loaded, prepared, observer)
    finally:
        observer.close()
    return run


def _resume(session: Session, path: Path, config: Path | None, overrides: list[str]) -> None:
    from neurospike_cli.runs.directory import open_run_directory
    from neurospike_cli.runs.documents import read_manifest, read_summary
    from neurospike_cli.runs.locate import find_run
    from neurospike_cli.training.resumption import load_for_resume

    run = open_run_directory(find_run(path))
    loaded = load_for_resume(run, config, overrides)
    if read_manifest(run)["status"] == "completed":
        session.note("the run is complete; nothing to do")
        session.result(str(run.path), read_summary(run) | {"run": str(run.path)})
        return
    _continue(session, run, loaded)
    _finish(session, run, loaded)


def _continue(session: Session, run: RunDirectory, loaded: LoadedConfig) -> None:
    from neurospike_cli.commands._progress import observer_for
    from neurospike_cli.training.experiment_run import resume_run
    from neurospike_cli.training.memory import require_memory
    from neurospike_cli.training.preparation import TRAINING_SPLITS, prepare
    from neurospike_cli.training.resumption import check_data

    require_memory(loaded.experiment, str(run.path))
    prepared = prepare(loaded.experiment, TRAINING_SPLITS)
    check_data(run, prepared)
    observer = observer_for(session, run.log)
    try:
        resume_run(run, loaded, prepared, observer)
    finally:
        observer.close()


def _finish(session: Session, run: RunDirectory, loaded: LoadedConfig) -> None:
    """Draw the figures that the config asks for and print where everything is."""
    from neurospike_cli.runs.documents import read_summary
    from neurospike_cli.runs.manifest import update_manifest

    figures = loaded.experiment.figures
    if figures != ():
        from neurospike_cli.figures._drawing import draw_figures

        draw_figures(run.path, figures or (), "png", None)
        update_manifest(run)
    summary = read_summary(run)
    best = summary["splits"]["validation"]
    session.note(
        f"Best epoch {summary['best_epoch']} of {summary['epochs']}: "
        f"validation accuracy {100 * best['accuracy']:.2f} %"
    )
    session.note(f"Next: neurospike evaluate {quote(str(run.path))}")
    session.result(str(run.path), summary | {"run": str(run.path)})


def _show_plan(session: Session, config: Path, overrides: list[str]) -> None:
    from neurospike_cli.config.load import load_experiment
    from neurospike_cli.config.report import warning_text
    from neurospike_cli.training.estimate import estimate_loaded
    from neurospike_cli.training.memory import require_memory
    from neurospike_cli.training.preparation import TRAINING_SPLITS, prepare

    loaded = load_experiment(config, overrides)
    session.warn(warning_text(loaded.warnings))
    process = require_memory(loaded.experiment, str(loaded.path))
    prepared = prepare(loaded.experiment, TRAINING_SPLITS)
    _tell_losses(session, prepared.data)
    samples = {name: len(split.labels) for name, split in prepared.data.items()}
    lines = [prepared.network.summary(), *(f"{k:<12} {v} samples" for k, v in samples.items())]
    cost = estimate_loaded(loaded.experiment, prepared, process, session.note)
    facts = cost.facts(loaded.experiment)
    lines += [f"{key:<12} {value}" for key, value in facts.items()]
    topology = prepared.network.topology
    document = {"neurons": topology.neurons, "connections": topology.connections}
    numbers = {"memory_bytes": cost.memory.peak, "training_seconds": cost.seconds}
    session.result("\n".join(lines), document | {"samples": samples} | facts | numbers)


def _tell_losses(session: Session, data: Mapping[str, SpikeDataset]) -> None:
    """Say what became of the events or pixels that are no spikes of their own."""
    from neurospike_cli.events.reasons import account

    for name, split in data.items():
        for reason, number in split.dropped.items():
            session.note(f"{name}: {account(number, split.counted, reason)}")
