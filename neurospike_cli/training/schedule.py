"""The training schedule: phases of epochs of batches, with validation, checkpoints, early end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from shlex import quote

from neurospike_cli.config.experiment import Experiment
from neurospike_cli.engine.neurospike_network import NeuroSpikeNetwork
from neurospike_cli.errors import InterruptedRunError
from neurospike_cli.events.spike_dataset import SpikeDataset
from neurospike_cli.learning.rule import Arrays, LearningRule
from neurospike_cli.rng import Purpose, stream
from neurospike_cli.runs.checkpoint import Checkpoint, Progress, write_checkpoint
from neurospike_cli.runs.directory import RunDirectory, append_line
from neurospike_cli.training.epoch import batches, train_batches
from neurospike_cli.training.evaluation import Evaluation, evaluate
from neurospike_cli.training.labelling import fit_readout
from neurospike_cli.training.observer import EpochRecord, Observer


@dataclass(frozen=True)
class Job:
    """Everything a training run works on; the network's weights change in place."""

    experiment: Experiment
    data: Mapping[str, SpikeDataset]
    network: NeuroSpikeNetwork
    run: RunDirectory
    observer: Observer
    stop: Callable[[], bool]


def follow_schedule(job: Job, start: Checkpoint) -> Progress:
    """Train all phases from `start` on, and return the final progress.

    Raises:
        InterruptedRunError: a stop was asked for; the checkpoint ``last`` is written.
        DivergedError: a loss or weight is not finite.
    """
    progress, state = start.progress, start.state
    phases = job.experiment.training.phases
    while progress.phase < len(phases):
        rule = phases[progress.phase]
        if progress.batch == 0 and _has_ended(job, rule, progress):
            progress = replace(progress, phase=progress.phase + 1, epoch=0, waited=0)
            continue
        if progress.epoch == 0 and progress.batch == 0:
            state = rule.start(job.network)
            _announce(job, rule, progress.phase)
        progress = _train_epoch(job, rule, progress, state)
        write_checkpoint(job.run.checkpoint("last"), progress, job.network.weights, state)
    return progress


def _announce(job: Job, rule: LearningRule, phase: int) -> None:
    phases = job.experiment.training.phases
    if len(phases) > 1:
        job.observer.note(f"Phase {phase + 1}/{len(phases)}: {rule.component_name}")


def _train_epoch(job: Job, rule: LearningRule, progress: Progress, state: Arrays) -> Progress:
    began = time.perf_counter()
    data, seed = job.data["train"], job.experiment.seed
    rng = stream(seed, Purpose.SHUFFLE, progress.phase, progress.epoch)
    chosen = batches(rng.permutation(len(data.labels)), rule.samples_per_update)
    samples = partial(data.drawn, epoch=progress.epochs_done)
    job.observer.epoch_started(progress.epoch + 1, rule.epochs, len(chosen) - progress.batch)
    shares = [(progress.epoch + b / len(chosen)) / rule.epochs for b in range(len(chosen))]
    left = list(zip(chosen, shares, strict=True))[progress.batch :]
    for result in train_batches(job.network, rule, state, samples, data.labels, left):
        progress = replace(
            progress,
            batch=progress.batch + 1,
            loss=progress.loss + result.loss,
            correct=progress.correct + result.correct,
            samples=progress.samples + result.samples,
        )
        job.observer.batch_done()
        if job.stop():
            _interrupt(job, progress, state)
    return _close_epoch(job, rule, progress, state, time.perf_counter() - began)


def _interrupt(job: Job, progress: Progress, state: Arrays) -> None:
    write_checkpoint(job.run.checkpoint("last"), progress, job.network.weights, state)
    raise InterruptedRunError(
        "interrupted; a checkpoint is saved",
        where=str(job.run.path),
        hint=f"go on with: neurospike train --resume {quote(str(job.run.path))}",
    )


def _close_epoch(
    job: Job, rule: LearningRule, progress: Progress, state: Arrays, seconds: float
) -> Progress:
    """Validate, record the epoch, keep it if it is the best, and move on to the next."""
    fit_readout(job.network, job.data["train"])
    validation = job.data["validation"]
    result = evaluate(job.network, rule.validation_loss, validation, validation.labels)
    is_best = _is_better(result.accuracy, result.loss, progress)
    record = EpochRecord(
        phase=progress.phase,
        rule=rule.component_name,
        epoch=progress.epoch + 1,
        epochs=rule.epochs,
        train_loss=progress.loss / progress.samples if rule.scores_training else None,
        train_accuracy=progress.correct / progress.samples if rule.scores_training else None,
        validation_loss=result.loss,
        validation_accuracy=result.accuracy,
        silent=tuple(name for name, share in result.active_fraction.items() if share == 0),
        findings=rule.findings(job.network, state),
        is_best=is_best,
        seconds=seconds,
    )
    progress = _next_epoch(progress, result, is_best)
    if is_best:
        write_checkpoint(job.run.checkpoint("best"), progress, job.network.weights, state)
    append_line(job.run.metrics, json.dumps(record.as_document(), allow_nan=False))
    job.observer.epoch_done(record)
    return progress


def _next_epoch(progress: Progress, result: Evaluation, is_best: bool) -> Progress:
    done = progress.epochs_done + 1
    after = replace(
        progress,
        epoch=progress.epoch + 1,
        epochs_done=done,
        waited=0 if is_best else progress.waited + 1,
        batch=0,
        loss=0.0,
        correct=0,
        samples=0,
    )
    if not is_best:
        return after
    return replace(after, best_accuracy=result.accuracy, best_loss=result.loss, best_epoch=done)


def _is_better(accuracy: float, loss: float, progress: Progress) -> bool:
    """Higher accuracy, or the same with a lower loss: a small split's accuracy often ties."""
    return (accuracy, -loss) > (progress.best_accuracy, -progress.best_loss)


def _has_ended(job: Job, rule: LearningRule, progress: Progress) -> bool:
    if rule.early_stopping is not None and progress.waited >= rule.early_stopping:
        job.observer.note(f"Stopped early: no better validation result in {progress.waited} epochs")
        return True
    return progress.epoch >= rule.epochs
