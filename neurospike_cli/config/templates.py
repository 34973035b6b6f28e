"""Starter configs: the YAML files in `templates/`, found by looking there."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from neurospike_cli.errors import UsageError

_FOLDER = files("neurospike_cli") / "templates"
_SUFFIX = ".yaml"


def template_names() -> tuple[str, ...]:
    """Return the names of the templates, sorted."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


def template_text(name: str) -> str:
    """Return the text of the template `name`.

    Raises:
        UsageError: when there is none of that name.
    """
    if name not in template_names():
        close = get_close_matches(name, template_names(), n=1)
        hint = f"did you mean `{close[0]}`?" if close else "`neurospike init --list` shows them"
        names = ", ".join(template_names())
        raise UsageError(f"no template `{name}`; expected one of {names}", hint=hint)
    return (_FOLDER / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def template_title(name: str) -> str:
    """Return the first comment of a template: what it is about."""
    return template_text(name).partition("\n")[0].removeprefix("#").strip()


def write_starter(directory: Path, name: str, *, force: bool) -> tuple[Path, ...]:
    """Write a template and a Makefile into `directory` and return their paths.

    Args:
        directory: made if it is not there.
        name: the template.
        force: overwrite files that are there.

    Raises:
        UsageError: when there is no such template, a file is there already, or nothing can be
            written; nothing is written then.
    """
    makefile = (_FOLDER / "Makefile").read_text(encoding="utf-8")
    texts = {"experiment.yaml": template_text(name), "Makefile": makefile}
    paths = {directory / file: text for file, text in texts.items()}
    there = [str(path) for path in paths if path.exists() or path.is_symlink()]
    if there and not force:
        raise UsageError(
            f"{' and '.join(there)} would be overwritten",
            where=str(directory),
            hint="name another folder, or overwrite with --force",
        )
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for path, text in paths.items():
            path.unlink(missing_ok=True)  # a link is replaced, not followed out of the folder
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write here: {error.strerror}", where=str(directory)) from error
    return tuple(paths)
