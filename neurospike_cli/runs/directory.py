"""Run directories: made once, locked while in use, never overwritten."""

from __future__ import annotations

import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from neurospike_cli import locking
from neurospike_cli.atomic import write_text
from neurospike_cli.errors import RunError

LATEST = "LATEST"
MANIFEST = "manifest.json"
RESOLVED_CONFIG = "config.resolved.yaml"


@dataclass(frozen=True)
class RunDirectory:
    """Where everything of one run lies; the names are part of the interface."""

    path: Path

    @property
    def source_config(self) -> Path:
        """Byte copy of the config."""
        return self.path / "config.source.yaml"

    @property
    def config(self) -> Path:
        """The config with every default and override; it runs alone."""
        return self.path / RESOLVED_CONFIG

    @property
    def manifest(self) -> Path:
        """Status, versions, hashes."""
        return self.path / MANIFEST

    @property
    def metrics(self) -> Path:
        """One line an epoch."""
        return self.path / "metrics.jsonl"

    @property
    def summary(self) -> Path:
        """Final numbers per split."""
        return self.path / "summary.json"

    @property
    def network(self) -> Path:
        """Sizes and parameters of the layers, for figures."""
        return self.path / "network.json"

    @property
    def weights(self) -> Path:
        """The best weights."""
        return self.path / "weights.npz"

    @property
    def activity(self) -> Path:
        """Recorded spikes of one evaluated sample of each class."""
        return self.path / "activity.npz"

    @property
    def log(self) -> Path:
        """What was said while it ran."""
        return self.path / "run.log"

    @property
    def figures(self) -> Path:
        """Folder of the figures."""
        return self.path / "figures"

    def checkpoint(self, which: str) -> Path:
        """The checkpoint ``last`` or ``best``."""
        return self.path / "checkpoints" / f"{which}.npz"

    def evaluation(self, split: str) -> Path:
        """The metrics of a split."""
        return self.path / "evaluation" / f"{split}.json"


def create_run(root: Path, name: str, config_hash: str) -> RunDirectory:
    """Make a new run directory ``root/name/<time>-<hash8>-<rand4>``.

    Raises:
        RunError: the folder cannot be made.
    """
    folder = root / name
    stem = f"{datetime.now():%Y%m%d-%H%M%S}-{config_hash[:8]}"
    path = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _new_folder(folder, stem)
        for part in ("checkpoints", "evaluation", "figures"):
            (path / part).mkdir()
    except OSError as error:
        raise RunError(
            f"cannot make the run directory: {error.strerror}",
            where=str(path),
            hint="choose another folder with --out",
        ) from None
    return RunDirectory(path)


def _new_folder(folder: Path, stem: str) -> Path:
    """Make a folder that is not there yet: runs of one second may draw the same number."""
    while True:
        path = folder / f"{stem}-{secrets.token_hex(2)}"
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path


def mark_latest(run: RunDirectory) -> None:
    """Make `run` the one that a config or the folder of its runs means."""
    write_text(run.path.parent / LATEST, run.path.name + "\n")


def is_run(path: Path) -> bool:
    """Whether `path` is a run directory; a data set has a manifest too, but no config."""
    return (path / MANIFEST).is_file() and (path / RESOLVED_CONFIG).is_file()


def open_run_directory(path: Path) -> RunDirectory:
    """Return the run directory at `path`.

    Raises:
        RunError: there is none.
    """
    if not is_run(path):
        raise RunError(
            f"not a run directory: it does not hold {MANIFEST} and {RESOLVED_CONFIG}",
            where=str(path),
            hint="give the path that `neurospike train` printed",
        )
    return RunDirectory(path)


def append_line(path: Path, line: str) -> None:
    """Add a line to a file of a run.

    Raises:
        RunError: the disk is full, or the run was taken away.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    except OSError as error:
        raise RunError(f"cannot write: {error.strerror}", where=str(path)) from None


def locked(run: RunDirectory) -> AbstractContextManager[None]:
    """Hold the run for this process; the lock ends with the process, so it cannot go stale.

    Raises:
        RunError: another process holds it, or it cannot be written to.
    """
    return locking.locked(run.path, "run")
