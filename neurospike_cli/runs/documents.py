"""The JSON documents of a run, checked as they are read: a damaged run must say so by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from neurospike_cli.errors import RunError
from neurospike_cli.runs.directory import RunDirectory


class _Manifest(BaseModel):
    """What is read from `manifest.json`; it holds more."""

    name: str
    status: str
    started: str
    finished: str | None
    seed: int
    engine: str
    config_sha256: str
    data_sha256: dict[str, str]
    files: dict[str, str]


class _Result(BaseModel):
    accuracy: float


class _Summary(BaseModel):
    """What is read from `summary.json`; it holds more."""

    epochs: int
    best_epoch: int
    neurons: int
    connections: int
    splits: dict[str, _Result]


def read_manifest(run: RunDirectory) -> dict[str, Any]:
    """Return the manifest of `run`.

    Raises:
        RunError: it is missing or damaged.
    """
    return _read(run.manifest, _Manifest)


def read_summary(run: RunDirectory) -> dict[str, Any]:
    """Return the summary of `run`.

    Raises:
        RunError: it is missing or damaged.
    """
    return _read(run.summary, _Summary)


def _read(path: Path, shape: type[BaseModel]) -> dict[str, Any]:
    """Return the document at `path`, which must have the keys and types of `shape`."""
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        shape.model_validate(document)
    except FileNotFoundError:
        problem = "missing from the run"
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        problem = f"damaged: {place}: {first['msg']}"
    except (OSError, ValueError, RecursionError) as error:
        problem = f"damaged: {error}"
    else:
        return document
    raise RunError(problem, where=str(path), hint="bring it back from a copy, or train a new run")
