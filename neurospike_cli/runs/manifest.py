"""The manifest: what ran, on what, from what, and the hash of everything that came out."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import requires, version
from pathlib import Path
from shlex import quote
from typing import Any

from neurospike_cli.atomic import sha256_of, write_json
from neurospike_cli.errors import DataError
from neurospike_cli.runs.directory import MANIFEST, RunDirectory
from neurospike_cli.runs.documents import read_manifest

FORMAT = 1
PROJECT = "neurospike-cli"
_UNHASHED = {MANIFEST, ".lock", "run.log"}


def start_manifest(
    run: RunDirectory,
    *,
    name: str,
    seed: int,
    engine: str,
    config_sha256: str,
    data: Mapping[str, str],
) -> None:
    """Write the manifest of a run that begins."""
    document = {
        "format": FORMAT,
        "name": name,
        "status": "running",
        "argv": sys.argv,
        "started": _now(),
        "finished": None,
        "seed": seed,
        "engine": engine,
        "config_sha256": config_sha256,
        "data_sha256": dict(data),
        "versions": {"python": platform.python_version()} | _versions(),
        "cpu": {"name": _cpu_name(), "cores": os.cpu_count(), "machine": platform.machine()},
        "platform": platform.platform(),
        "git": _git(),
        "files": {},
    }
    write_json(run.manifest, document)


def update_manifest(
    run: RunDirectory, *, status: str | None = None, data: Mapping[str, str] | None = None
) -> None:
    """Set a status, add hashes of data that was read, and hash every file of the run again."""
    document = read_manifest(run)
    if status is not None:
        document |= {"status": status, "finished": None if status == "running" else _now()}
    document["data_sha256"] |= data or {}
    document["files"] = {
        str(path.relative_to(run.path)): sha256_of(path)
        for path in sorted(run.path.rglob("*"))
        if path.is_file() and path.name not in _UNHASHED
    }
    write_json(run.manifest, document)


def check_file(run: RunDirectory, path: Path) -> None:
    """Compare a file of the run with its hash in the manifest.

    Raises:
        DataError: it is missing or was changed.
    """
    expected = read_manifest(run)["files"].get(str(path.relative_to(run.path)))
    if expected is None:
        raise DataError(
            "missing from the run: it did not finish its training",
            where=str(path),
            hint=f"continue it with `neurospike train --resume {quote(str(run.path))}`",
        )
    if not path.is_file():
        raise DataError(
            "missing from the run: it was taken away",
            where=str(path),
            hint="bring it back from a copy, or train a new run",
        )
    if sha256_of(path) != expected:
        raise DataError(
            "does not match its SHA-256 in the manifest: it was changed", where=str(path)
        )


def _versions() -> dict[str, str]:
    """Return the versions of the project and of what it requires, extras left out."""
    needs = [need for need in requires(PROJECT) or () if "extra ==" not in need]
    names = [match[0] for need in needs if (match := re.match(r"[\w.-]+", need))]
    return {name: version(name) for name in (PROJECT, *names)}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _cpu_name() -> str:
    """The processor as Linux names it; elsewhere what Python knows."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _git() -> dict[str, Any] | None:
    """Commit and cleanliness of the folder the command was run in; None outside a repository."""
    commands = (["git", "rev-parse", "HEAD"], ["git", "status", "--porcelain"])
    try:
        done = [_output_of(command) for command in commands]
    except (OSError, subprocess.TimeoutExpired):
        return None
    if any(d.returncode for d in done):
        return None
    return {"sha": done[0].stdout.strip(), "dirty": bool(done[1].stdout.strip())}


def _output_of(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=5)
