"""Writes the references that are made from the code: `python -m docs.generate` (`make docs`)."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from docs.results import results_reference
from neurospike_cli.cli import main
from neurospike_cli.config.json_schema import experiment_schema
from neurospike_cli.registry import module_names

HERE = Path(__file__).parent
NOTICE = "<!-- made by `make docs`; a test compares it with the code -->\n"


def cli_reference() -> str:
    """Return `docs/cli.md`: the help of every command."""
    pages = [[], *([name] for name in module_names("neurospike_cli.commands"))]
    parts = ["# Command line\n", NOTICE]
    for words in pages:
        title = " ".join(["neurospike", *words])
        parts.append(f"## `{title}`\n\n```text\n{_help(words)}\n```\n")
    return "\n".join(parts)


def _help(words: list[str]) -> str:
    # The width of help follows the terminal; the reference has one width everywhere.
    os.environ["COLUMNS"] = "88"
    out = io.StringIO()
    with redirect_stdout(out):
        main([*words, "--help"])
    return out.getvalue().strip()


def config_reference() -> str:
    """Return `docs/config.md`: a table for every model of the schema."""
    schema = experiment_schema()
    parts = ["# Keys of a config\n", NOTICE, _section("Experiment", schema)]
    parts += [_section(name, schema["definitions"][name]) for name in sorted(schema["definitions"])]
    return "\n".join(parts)


def _section(name: str, model: Mapping[str, Any]) -> str:
    required = set(model.get("required", ()))
    rows = [
        f"| `{key}` | {_kind(value)} | {_default(key, value, required)} "
        f"| {_cell(value.get('description', ''))} |"
        for key, value in model.get("properties", {}).items()
    ]
    table = "\n".join(["| key | type | default | meaning |", "|---|---|---|---|", *rows])
    return f"## {name}\n\n{_cell(model.get('description', ''))}\n\n{table}\n"


def _kind(value: Mapping[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in value:
            return " or ".join(_kind(option) for option in value[choice])
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return " or ".join(f"`{option}`" for option in value["enum"])
    inner = value.get("items", value.get("additionalProperties"))
    suffix = f" of {_kind(inner)}" if inner else ""
    return f"{value.get('type', 'any')}{suffix}{_range(value)}"


def _range(value: Mapping[str, Any]) -> str:
    signs = {"exclusiveMinimum": ">", "minimum": "≥", "exclusiveMaximum": "<", "maximum": "≤"}
    bounds = [f"{sign} {value[key]:g}" for key, sign in signs.items() if key in value]
    return f" {', '.join(bounds)}" if bounds else ""


def _default(key: str, value: Mapping[str, Any], required: set[str]) -> str:
    if key in required:
        return "required"
    if "default" not in value:
        return ""
    text = json.dumps(value["default"])
    return f"`{text}`" if len(text) <= 40 else "its defaults"


def _cell(text: str) -> str:
    return text.replace("\n", " ").replace("|", "\\|")


def references() -> dict[str, str]:
    """Return the pages that are made, by the stem of their file."""
    return {
        "cli": cli_reference(),
        "config": config_reference(),
        "results": results_reference(NOTICE),
    }


def write_references() -> None:
    """Write the pages beside this file."""
    for name, page in references().items():
        (HERE / f"{name}.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write_references()
