"""From what the user points at to a run directory."""

from __future__ import annotations

from pathlib import Path

from neurospike_cli.config.load import load_experiment
from neurospike_cli.errors import RunError
from neurospike_cli.runs.directory import LATEST, is_run

OUTPUTS = Path("outputs")


def find_run(target: Path, root: Path = OUTPUTS) -> Path:
    """Return the run directory that `target` means.

    Args:
        target: a run directory, a folder of runs (its latest), or a config (its latest run).
        root: the folder that runs are made in.

    Raises:
        RunError: there is no such run.
        ConfigError: the config cannot be read.
    """
    if is_run(target):
        return target
    if target.is_dir():
        return _latest(target, target)
    if target.suffix in (".yaml", ".yml"):
        return _latest(root / load_experiment(target).experiment.name, target)
    raise RunError(
        "no such run or config", where=str(target), hint="give a run directory or a config file"
    )


def _latest(folder: Path, asked: Path) -> Path:
    try:
        name = (folder / LATEST).read_text(encoding="utf-8").strip()
    except OSError:
        name = ""
    if not name or not is_run(folder / name):
        raise RunError(
            f"no run found in {folder}",
            where=str(asked),
            hint="make one with `neurospike train CONFIG`",
        )
    return folder / name
