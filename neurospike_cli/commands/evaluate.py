"""`neurospike evaluate`: a run's metrics on a split it was not trained on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from neurospike_cli.commands._session import session_of
from neurospike_cli.errors import GateError, UsageError


class SplitChoice(StrEnum):
    """The splits of a data set."""

    train = "train"
    validation = "validation"
    test = "test"


def evaluate(
    ctx: typer.Context,
    run: Annotated[
        Path, typer.Argument(metavar="RUN|CONFIG", help="A run, or a config for its latest run.")
    ],
    split: Annotated[SplitChoice, typer.Option(help="Which split.")] = SplitChoice.test,
    data: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Short for --set data.root=PATH.")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value of the run's config."),
    ] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(metavar="METRIC=VALUE", help="Exit with 5 below it, e.g. accuracy=0.9."),
    ] = None,
) -> None:
    """Measure a run on its test split. The metrics go into the run."""
    from neurospike_cli.runs.directory import locked, open_run_directory
    from neurospike_cli.runs.locate import find_run
    from neurospike_cli.training.run_evaluation import METRICS, evaluate_run

    session = session_of(ctx)
    gates = [_gate(text, METRICS) for text in fail_under or []]
    directory = open_run_directory(find_run(run))
    overrides = [*(set_ or []), *([] if data is None else [f"data.root={data}"])]
    with locked(directory):
        document = evaluate_run(directory, split.value, overrides, session.note)
    session.result(_table(split.value, document), document | {"run": str(directory.path)})
    session.note(f"Written to {directory.evaluation(split.value)}")
    for metric, least in gates:
        _check_gate(document, metric, least)


def _gate(text: str, metrics: Sequence[str]) -> tuple[str, float]:
    metric, _, value = text.partition("=")
    where = f"--fail-under {text}"
    if metric not in metrics:
        hint = f"metrics are {', '.join(metrics)}"
        raise UsageError(f"unknown metric `{metric}`", where=where, hint=hint)
    try:
        least = float(value)
    except ValueError:
        least = math.nan
    if math.isnan(least):  # nothing is below it: such a gate would always pass
        raise UsageError("--fail-under takes METRIC=VALUE, e.g. accuracy=0.9", where=where)
    return metric, least


def _check_gate(document: dict[str, Any], metric: str, least: float) -> None:
    if document[metric] < least:
        raise GateError(f"{metric} is {document[metric]:.4f}, below {least:g}")


def _table(split: str, document: dict[str, Any]) -> str:
    """Return the metrics as aligned lines, with the recall of every class."""
    rows = [
        ("split", f"{split}, {document['samples']} samples"),
        ("accuracy", f"{100 * document['accuracy']:.2f} %"),
        ("linear classifier on event counts", f"{100 * document['yardstick_accuracy']:.2f} %"),
        ("loss", f"{document['loss']:.4f}"),
        ("spikes per sample", f"{document['spikes_per_sample']:.1f}"),
        ("synaptic operations per sample", f"{document['synaptic_operations']:,.0f}"),
    ]
    rows += [
        (f"active neurons in {layer}", f"{100 * fraction:.1f} %")
        for layer, fraction in document["active_fraction"].items()
    ]
    for i, name in enumerate(document["classes"]):
        right, total = document["confusion"][i][i], sum(document["confusion"][i])
        rows.append((f"right in class {name}", f"{right} of {total}"))
    width = max(len(label) for label, _ in rows)
    return "\n".join(f"{label:<{width}}  {value}" for label, value in rows)
