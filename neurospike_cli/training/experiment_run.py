"""A training run from its directory to its last file, and its continuation."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from neurospike_cli.atomic import write_bytes, write_text
from neurospike_cli.config.load import LoadedConfig, config_hash, resolved_yaml
from neurospike_cli.engine.weight_file import write_weights
from neurospike_cli.errors import InterruptedRunError, RunError
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.runs.checkpoint import Checkpoint, Progress, read_checkpoint
from neurospike_cli.runs.directory import RunDirectory, create_run, locked, mark_latest
from neurospike_cli.runs.manifest import start_manifest, update_manifest
from neurospike_cli.training.interruption import stop_on_signal
from neurospike_cli.training.observer import Observer
from neurospike_cli.training.preparation import Prepared
from neurospike_cli.training.results import write_results
from neurospike_cli.training.resumption import check_shapes
from neurospike_cli.training.schedule import Job, follow_schedule


def start_run(loaded: LoadedConfig, prepared: Prepared, root: Path) -> RunDirectory:
    """Make the run directory with its configs and manifest.

    Raises:
        RunError: it cannot be made; nothing of it is left.
    """
    run = create_run(root, loaded.experiment.name, config_hash(loaded.experiment))
    try:
        _write_start(run, loaded, prepared)
        mark_latest(run)
    except BaseException:
        shutil.rmtree(run.path, ignore_errors=True)
        raise
    return run


def _write_start(run: RunDirectory, loaded: LoadedConfig, prepared: Prepared) -> None:
    """Write what is known before training: the configs and the manifest."""
    experiment = loaded.experiment
    write_bytes(run.source_config, loaded.path.read_bytes())
    write_text(run.config, resolved_yaml(experiment))
    start_manifest(
        run,
        name=experiment.name,
        seed=experiment.seed,
        engine=prepared.network.engine.name,
        config_sha256=config_hash(experiment),
        data={name: split.sha256 for name, split in prepared.data.items()},
    )


def train_run(
    run: RunDirectory, loaded: LoadedConfig, prepared: Prepared, observer: Observer
) -> None:
    """Calibrate a fresh network, train it, and write weights and results.

    Raises:
        InterruptedRunError, DivergedError: the run is marked and keeps its checkpoints.
    """
    compilation = prepared.network.telling_of_compilation(observer.note)
    with _marked(run), locked(run), compilation, stop_on_signal() as stop:
        _calibrate(loaded, prepared, observer)
        start = Checkpoint(Progress(), prepared.network.weights, {})
        _train(run, loaded, prepared, observer, stop, start)


def resume_run(
    run: RunDirectory, loaded: LoadedConfig, prepared: Prepared, observer: Observer
) -> None:
    """Go on from the checkpoint ``last``, or from ``best`` where that one is damaged."""
    compilation = prepared.network.telling_of_compilation(observer.note)
    with locked(run), _marked(run), compilation, stop_on_signal() as stop:
        start = _last_checkpoint(run, observer)
        check_shapes(run, start.weights, prepared.network.weights)
        for name, weight in prepared.network.weights.items():
            weight[...] = start.weights[name]
        start = replace(start, weights=prepared.network.weights)
        prepared.network.is_calibrated = True
        _keep_epochs(run, start.progress.epochs_done)
        update_manifest(run, status="running")
        _train(run, loaded, prepared, observer, stop, start)


def _calibrate(loaded: LoadedConfig, prepared: Prepared, observer: Observer) -> None:
    """Scale the fresh weights by the first training batch, and say how the layers fire."""
    data, size = prepared.data["train"], loaded.experiment.training.phases[0].samples_per_update
    order = stream(loaded.experiment.seed, Purpose.SHUFFLE, 0, 0).permutation(len(data.labels))
    batch = data.select(order[:size])
    rates = prepared.network.calibrate(batch)
    prepared.network.forward(batch)
    observer.note(prepared.network.summary())
    target = loaded.experiment.network.initialization.target_rate
    drawn = {x.name for x in prepared.network.topology.layers if x.first_weights is not None}
    for layer, rate in rates.items():
        if layer not in drawn and not target / 2 <= rate <= target * 2:
            observer.note(
                f"{layer} fires at {rate:.3g} Hz in the first batch, not at the {target:g} Hz of "
                f"network.initialization.target_rate: its input allows hardly more, whatever its "
                "weights"
            )


def _train(
    run: RunDirectory,
    loaded: LoadedConfig,
    prepared: Prepared,
    observer: Observer,
    stop: Callable[[], bool],
    start: Checkpoint,
) -> None:
    network = prepared.network
    job = Job(loaded.experiment, prepared.data, network, run, observer, stop)
    progress = follow_schedule(job, start)
    best = read_checkpoint(run.checkpoint("best"), with_state=False)
    network.weights = {name: best.weights[name] for name in network.weights}
    write_weights(run.weights, network.weights)
    write_results(run, loaded.experiment, prepared, progress)
    update_manifest(run, status="completed")


@contextmanager
def _marked(run: RunDirectory) -> Iterator[None]:
    """Leave the manifest saying how the run ended, however it ends."""
    try:
        yield
    except (InterruptedRunError, KeyboardInterrupt):
        update_manifest(run, status="interrupted")
        raise
    except BaseException:
        update_manifest(run, status="failed")
        raise


def _last_checkpoint(run: RunDirectory, observer: Observer) -> Checkpoint:
    try:
        return read_checkpoint(run.checkpoint("last"))
    except RunError as error:
        if not run.checkpoint("best").exists():
            raise RunError(
                f"nothing to go on from: {error.message}", where=error.where, hint="train a new run"
            ) from None
        observer.note(f"{error.message}; going on from the best checkpoint instead")
        return read_checkpoint(run.checkpoint("best"))


def _keep_epochs(run: RunDirectory, epochs: int) -> None:
    """Drop lines of epochs that the checkpoint does not know: they will be trained again."""
    lines = run.metrics.read_text(encoding="utf-8").splitlines() if run.metrics.exists() else []
    write_text(run.metrics, "".join(line + "\n" for line in lines[:epochs]))
