"""The golden files: JSON, one line a case, with numbers that read back to the same bits."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "golden"

Case = dict[str, Any]


def write(name: str, packages: list[str], cases: dict[str, Case]) -> None:
    """Write the cases of the script `name`, with the versions of the packages that it asked."""
    about = {
        "command": f"tests/oracles/.venv/bin/python -m tests.oracles.{name}",
        "versions": {package: version(package) for package in packages},
    }
    lines = [f"{json.dumps(case)}: {json.dumps(values)}" for case, values in cases.items()]
    body = ",\n".join(lines)
    text = f'{{"about": {json.dumps(about)},\n"cases": {{\n{body}\n}}}}\n'
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def read(name: str) -> dict[str, Case]:
    """Return the cases that the script `name` wrote."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    cases: dict[str, Case] = json.loads(text)["cases"]
    return cases
